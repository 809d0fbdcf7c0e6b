"""Which letters the languages behind an encoding really use: what tells one legacy encoding from another."""

from __future__ import annotations

from dataclasses import dataclass

FRENCH = "àâæçéèêëîïôœùûüÿ"
GERMAN = "äöüß"
SPANISH = "áéíñóúüºª"
PORTUGUESE = "ãáâàçéêíõóôúü"
ITALIAN = "àèéìòù"
NORDIC = "åäöæøé"
DUTCH = "ëïéèöüáó"
# Letters of few languages; in Western encodings they stand where the Turkish and Baltic ones have their common letters.
SELDOM = frozenset("ðþýÿš")
WESTERN = frozenset(FRENCH + GERMAN + SPANISH + PORTUGUESE + ITALIAN + NORDIC + DUTCH)
CENTRAL = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžôäľĺŕöőüűăâîşţșțđß")
TURKISH = frozenset("çğıiöşüâîûé")
BALTIC = frozenset("ąčęėįšųūžāēģīķļņäõöüŗō")
VIETNAMESE = frozenset("ăâđêôơưàáéèíìóòúùýãõ")
GREEK = frozenset("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ")
CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћџђќѓѕ")
HEBREW = frozenset("אבגדהוזחטיךכלםמןנסעףפץצקרשת")
ARABIC = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىپچژگک")
THAI = frozenset(chr(code) for code in range(0x0E01, 0x0E5C))

# The most frequent letters: another encoding of the same script has them in other places.
OFTEN = frozenset(
    "ışğőű" + "оеаинтсрвлкмдпу" + "αοιετσνηυρπκμλς" + "יוהלראתבשמנ" + "اليمونرتبةعدسفه" + "านรกอเมงยลวดท่้"
)
# Signs that people write; any other sign among words speaks against an encoding.
SIGNS = frozenset("“”‘’–—…€£¥°§©®«»•·²³½¼¾±×÷¿¡™„‚‹›ªº №µ\xa0¢¤ː、。・「」（）！？：；，《》～％￥【】")

HAN = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天"
    "而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些"
    "与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相"
    "次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立"
    "马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共"
    "风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快"
    "条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李"
    "息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯"
    "专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切陈刘杨赵吴徐孙胡朱郭何罗梁宋郑谢韩唐冯董萧曹袁邓傅沈曾彭吕苏"
    "卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方石姚谭廖邹熊陆郝孔崔康毛邱秦顾侯邵孟龙段雷钱汤尹黎易贺赖龚伟强磊洋勇"
    "艳杰娟涛超芳娜敏静丽军霞秀兰桂英华文玉萍红娥玲芬燕彩春菊凤洁梅琳素云莲环雪荣上海广州深圳杭南京武汉成都重庆天津"
    "西安苏青岛沈阳大连厦门济宁波无锡合肥福长沙郑昆哈尔滨姓名编号日期金额城市产品数量价格销售单价客户订单地址电话省市"
)
KANJI = frozenset(
    "日一国人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半"
    "男西電校語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題"
    "意不作用度強公持野以思家世多正安院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住無真有口少町料工建"
    "空急止送切転研足究楽起着店病質待試族銀早映親験英医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋"
    "夏習駅洋旅服夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚兄犬妹姉漢佐藤鈴木高橋伊渡辺村林加吉斎松井清橋石坂森池阿部前岡遠"
    "青福太三谷原島宮崎和久保酒丸神戸阪府県市区横浜札幌仙名屋広島沖縄熊鹿児千葉埼玉群馬栃茨城岐阜静岡愛奈良滋賀兵庫"
    "岩手秋形奈潟富山梨徳香媛知佐崎分児氏名金額都道住所電話番号商品価格数量売上日付合計部課担当得意先顧客郎美恵健一誠"
)
TRADITIONAL = frozenset(
    "的一是不了人我在有他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天"
    "而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些"
    "與高意進把法此實回二理美點月明其種聲全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相"
    "次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬市眼體別處總才場師書比住員九笑性通目華報立"
    "馬命張活難神數件安表原車白應路期叫死常提感金何更反合放做系計或司利受光王果親界及今京務制解各任至清物臺台象記邊"
    "陳林黃李吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯"
    "曹薛丁卓馬董溫唐藍蔣石古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘美淑雅惠怡君家豪志明俊傑建宏玉珍秀英雄偉強麗芬玲台北新"
    "竹桃園中南高雄基隆嘉義花蓮宜蘭屏東澎湖香港九龍姓名編號日期金額城市產品數量價格銷售單價客戶訂單地址電話縣區"
)
HANGUL = frozenset(
    "이다는을의에가고하지기한사로인그아나어리서대자도들시일수정해보라만스있부전주여은를게니상장원구과신동제조안거면"
    "마성공비우선식것세미연화오내경모생국중산소금유발교무학관계실회제물동방영남북강서울부산대구인광주전경기충청라김"
    "이박최정강조윤장임한오서신권황안송류홍전고문손양배백허남심노민수진현지영준호석재성훈은혜경숙희자순옥미선정철용태"
    "춘천원창청평택포항제도시군구읍면동번호이름날짜금액상품수량가격매출고객주문담당합계명"
)


@dataclass(frozen=True, slots=True)
class Legacy:
    """An encoding from before Unicode, its label, the letters of its languages, and how usual it is (0 is most)."""

    codec: str
    label: str
    letters: frozenset[str]
    rank: int
    wide: bool = False
    # Letters of two languages that share the encoding: no text has both.
    apart: tuple[str, str] = ("", "")


LEGACY: tuple[Legacy, ...] = (
    Legacy("cp1252", "Windows Western European", WESTERN, 0),
    Legacy("cp1250", "Windows Central European", CENTRAL, 1, apart=("ţ", "ýřěůľĺ")),
    Legacy("cp1251", "Windows Cyrillic", CYRILLIC, 0),
    Legacy("gb18030", "Chinese, simplified (GB)", HAN, 0, wide=True),
    Legacy("cp932", "Japanese (Shift JIS)", KANJI, 0, wide=True),
    Legacy("big5", "Chinese, traditional (Big5)", TRADITIONAL, 1, wide=True),
    Legacy("cp949", "Korean", HANGUL, 0, wide=True),
    Legacy("euc_jp", "Japanese (EUC)", KANJI, 1, wide=True),
    Legacy("cp1253", "Windows Greek", GREEK, 0),
    Legacy("cp1254", "Windows Turkish", TURKISH, 1),
    Legacy("cp1255", "Windows Hebrew", HEBREW, 0),
    Legacy("cp1256", "Windows Arabic", ARABIC, 0),
    Legacy("cp1257", "Windows Baltic", BALTIC, 2),
    Legacy("cp874", "Thai", THAI, 0),
    Legacy("cp1258", "Windows Vietnamese", VIETNAMESE, 3),
    Legacy("iso8859_2", "ISO Central European", CENTRAL, 2, apart=("ţ", "ýřěůľĺ")),
    Legacy("iso8859_5", "ISO Cyrillic", CYRILLIC, 3),
    Legacy("iso8859_7", "ISO Greek", GREEK, 2),
    Legacy("iso8859_15", "ISO Western European", WESTERN, 2),
    Legacy("koi8_r", "Russian (KOI8-R)", CYRILLIC, 1),
    Legacy("koi8_u", "Ukrainian (KOI8-U)", CYRILLIC, 2),
    Legacy("cp866", "DOS Cyrillic", CYRILLIC, 1),
    Legacy("cp850", "DOS Western European", WESTERN, 2),
    Legacy("cp437", "DOS United States", WESTERN, 3),
    Legacy("cp852", "DOS Central European", CENTRAL, 3),
    Legacy("mac_roman", "Macintosh Western", WESTERN, 2),
    Legacy("mac_latin2", "Macintosh Central European", CENTRAL, 4),
    Legacy("mac_cyrillic", "Macintosh Cyrillic", CYRILLIC, 3),
)
