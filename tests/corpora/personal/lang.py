"""Sentences and naming words of each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lang:
    """Names, naming words by kind, sentences with a word, sentences without, words of near-misses."""

    names: tuple[str, ...]
    mail: tuple[str, ...]
    phone: tuple[str, ...]
    card: tuple[str, ...]
    worded: tuple[str, ...]
    plain: tuple[str, ...]
    order: tuple[str, ...]


def _lang(names: str, mail: str, phone: str, card: str, worded: str, plain: str, order: str) -> Lang:
    return Lang(*(tuple(part.split("|")) for part in (names, mail, phone, card, worded, plain, order)))


# Placeholders: <p> name, <w> naming word, <v> value, <n> near-miss.
LANGS: dict[str, Lang] = {
    "en": _lang(
        "Anna Smith|Tom O'Neill|Priya Shah|Mark Lewis",
        "Email|e-mail|mail address",
        "Tel|Phone|mobile|Tel.|cell",
        "card number|credit card|card no.",
        "Customer <p> called about <n>, <w>: <v>, please call back.|Why is <w> <v> missing in the table <n>?|"
        "<p> wrote: my <w> is <v>. Can you update it?|Note (<n>): <w> <v> confirmed by <p>.|<w>:<v>",
        "Delete all rows of <v> from the orders table.|How many orders has <v> placed since <n>?|"
        "Please look up <v> and tell <p>.|Is <v> in column 3 valid, or is it <n>?",
        "order|invoice|ticket",
    ),
    "de": _lang(
        "Jörg Müller|Anna Schmidt|Frau Weiß",
        "E-Mail|Mail|E-Mail-Adresse",
        "Tel.|Telefon|Handy|Mobil|Rufnummer|Tel",
        "Kartennummer|Kreditkarte|Karten-Nr.",
        "Kunde <p> hat sich zu <n> gemeldet, <w>: <v>, bitte zurückrufen.|"
        "Warum fehlt <w> <v> in der Auswertung <n>?|"
        "<p> schreibt: Meine <w> lautet <v>.|Notiz zu <n>: <w> <v> (geprüft von <p>)",
        "Bitte lösche alle Zeilen zu <v>.|Wie viele Bestellungen gibt es zu <v> seit <n>?|"
        "Können Sie <v> für <p> nachschlagen?",
        "Bestellnummer|Rechnung|Vorgang",
    ),
    "fr": _lang(
        "Émilie Dupont|Jean Lefèvre|M. Bernard",
        "e-mail|courriel|adresse mail",
        "Tél.|téléphone|portable|Tél|mobile",
        "carte bancaire|n° de carte|CB",
        "Le client <p> a appelé pour <n>, <w> : <v>, merci de le rappeler.|"
        "Pourquoi <w> <v> n'apparaît pas dans <n> ?|"
        "<p> écrit : mon <w> est <v>.",
        "Supprimez les lignes de <v> dans la table clients.|Combien de commandes pour <v> depuis <n> ?",
        "commande|facture|dossier",
    ),
    "es": _lang(
        "José García|María López|Lucía Pérez",
        "correo|email|correo electrónico",
        "Tel.|teléfono|móvil|celular|Tel",
        "tarjeta|número de tarjeta|n.º de tarjeta",
        "El cliente <p> llamó por <n>, <w>: <v>, devolver la llamada.|¿Por qué falta <w> <v> en <n>?|"
        "<p> escribe: mi <w> es <v>.",
        "Borra todas las filas de <v>.|¿Cuántos pedidos tiene <v> desde <n>?",
        "pedido|factura|incidencia",
    ),
    "pt": _lang(
        "João Silva|Ana Souza|Inês Costa",
        "e-mail|email|correio",
        "Tel.|telefone|celular|telemóvel|Fone",
        "cartão|número do cartão",
        "Cliente <p> ligou sobre <n>, <w>: <v>, favor retornar.|"
        "Por que <w> <v> não aparece em <n>?|<p> escreveu: meu <w> é <v>.",
        "Apague as linhas de <v>.|Quantos pedidos <v> fez desde <n>?",
        "pedido|fatura|chamado",
    ),
    "it": _lang(
        "Giulia Rossi|Marco Bianchi|Niccolò Ferri",
        "e-mail|posta|indirizzo mail",
        "Tel.|telefono|cellulare|cell.|Tel",
        "carta di credito|numero carta",
        "Il cliente <p> ha chiamato per <n>, <w>: <v>, richiamare.|"
        "Perché manca <w> <v> in <n>?|<p> scrive: il mio <w> è <v>.",
        "Elimina le righe di <v>.|Quanti ordini ha fatto <v> dal <n>?",
        "ordine|fattura|pratica",
    ),
    "nl": _lang(
        "Jan de Vries|Sanne Bakker",
        "e-mail|mailadres",
        "Tel.|telefoon|mobiel|telefoonnummer",
        "kaartnummer|creditcard",
        "Klant <p> belde over <n>, <w>: <v>, graag terugbellen.|Waarom ontbreekt <w> <v> in <n>?",
        "Verwijder alle rijen van <v>.|Hoeveel bestellingen heeft <v> sinds <n>?",
        "bestelling|factuur|melding",
    ),
    "pl": _lang(
        "Paweł Nowak|Małgorzata Wójcik",
        "e-mail|adres e-mail",
        "tel.|telefon|kom.|nr telefonu",
        "karta|numer karty",
        "Klient <p> dzwonił w sprawie <n>, <w>: <v>, prośba o kontakt.|Dlaczego brakuje <w> <v> w <n>?",
        "Usuń wszystkie wiersze dla <v>.|Ile zamówień ma <v> od <n>?",
        "zamówienie|faktura|zgłoszenie",
    ),
    "cs": _lang(
        "Petr Novák|Jana Dvořáková",
        "e-mail|mail",
        "tel.|telefon|mobil",
        "číslo karty|karta",
        "Klient <p> volal kvůli <n>, <w>: <v>, zavolejte zpět.|Proč chybí <w> <v> v <n>?",
        "Smažte všechny řádky pro <v>.|Kolik objednávek má <v> od <n>?",
        "objednávka|faktura|požadavek",
    ),
    "sv": _lang(
        "Åsa Lindqvist|Björn Öberg",
        "e-post|mejl|e-postadress",
        "tel|telefon|mobil|mobilnr",
        "kortnummer|kort",
        "Kunden <p> ringde om <n>, <w>: <v>, ring tillbaka.|Varför saknas <w> <v> i <n>?",
        "Ta bort alla rader för <v>.|Hur många beställningar har <v> sedan <n>?",
        "order|faktura|ärende",
    ),
    "no": _lang(
        "Kåre Hansen|Ingrid Bø",
        "e-post|epost",
        "tlf.|telefon|mobil|tlf",
        "kortnummer|kort",
        "Kunden <p> ringte om <n>, <w>: <v>, ring tilbake.|Hvorfor mangler <w> <v> i <n>?",
        "Slett alle rader for <v>.|Hvor mange ordrer har <v> siden <n>?",
        "ordre|faktura|sak",
    ),
    "da": _lang(
        "Søren Jensen|Mette Kjær",
        "e-mail|mail",
        "tlf.|telefon|mobil|tlf",
        "kortnummer|kort",
        "Kunden <p> ringede om <n>, <w>: <v>, ring venligst tilbage.|Hvorfor mangler <w> <v> i <n>?",
        "Slet alle rækker for <v>.|Hvor mange ordrer har <v> siden <n>?",
        "ordre|faktura|sag",
    ),
    "fi": _lang(
        "Mikko Virtanen|Päivi Mäkinen",
        "sähköposti|s-posti",
        "puh.|puhelin|matkapuhelin|puh",
        "kortin numero|kortti",
        "Asiakas <p> soitti asiasta <n>, <w>: <v>, soita takaisin.|Miksi <w> <v> puuttuu taulusta <n>?",
        "Poista kaikki rivit: <v>.|Montako tilausta on tehnyt <v> alkaen <n>?",
        "tilaus|lasku|tapaus",
    ),
    "hu": _lang(
        "Nagy Péter|Szabó Éva",
        "e-mail|email cím",
        "tel.|telefon|mobil|telefonszám",
        "kártyaszám|bankkártya",
        "<p> ügyfél telefonált (<n>), <w>: <v>, kérem visszahívni.|Miért hiányzik <w> <v> innen: <n>?",
        "Töröld az összes sort: <v>.|Hány rendelése van: <v>, <n> óta?",
        "rendelés|számla|jegy",
    ),
    "ro": _lang(
        "Ion Popescu|Ștefania Radu",
        "e-mail|adresa de mail",
        "tel.|telefon|mobil",
        "card|număr card",
        "Clientul <p> a sunat pentru <n>, <w>: <v>, vă rog reveniți.|De ce lipsește <w> <v> din <n>?",
        "Șterge toate rândurile pentru <v>.|Câte comenzi are <v> din <n>?",
        "comanda|factura|tichet",
    ),
    "el": _lang(
        "Γιώργος Παππάς|Ελένη Νικολάου",
        "email|ηλ. ταχυδρομείο",
        "τηλ.|τηλέφωνο|κινητό",
        "κάρτα|αριθμός κάρτας",
        "Ο πελάτης <p> κάλεσε για <n>, <w>: <v>, καλέστε πίσω.|Γιατί λείπει <w> <v> από <n>;",
        "Διαγράψτε τις γραμμές για <v>.|Πόσες παραγγελίες έχει <v> από <n>;",
        "παραγγελία|τιμολόγιο|αίτημα",
    ),
    "tr": _lang(
        "Ayşe Yılmaz|Çağlar Öztürk",
        "e-posta|mail",
        "tel|telefon|cep|gsm|Tel.",
        "kart numarası|kart no",
        "Müşteri <p>, <n> için aradı, <w>: <v>, lütfen geri arayın.|<w> <v> neden <n> içinde yok?",
        "<v> için tüm satırları sil.|<v>, <n> tarihinden beri kaç sipariş verdi?",
        "sipariş|fatura|talep",
    ),
    "ru": _lang(
        "Ольга Иванова|Дмитрий Петров",
        "почта|e-mail|эл. почта",
        "тел.|телефон|моб.|тел",
        "карта|номер карты",
        "Клиент <p> звонил по поводу <n>, <w>: <v>, перезвоните.|Почему <w> <v> отсутствует в <n>?",
        "Удалите все строки для <v>.|Сколько заказов у <v> с <n>?",
        "заказ|счёт|заявка",
    ),
    "uk": _lang(
        "Олена Шевченко|Андрій Коваль",
        "пошта|e-mail",
        "тел.|телефон|моб.",
        "картка|номер картки",
        "Клієнт <p> дзвонив щодо <n>, <w>: <v>, передзвоніть.|Чому <w> <v> немає в <n>?",
        "Видаліть усі рядки для <v>.|Скільки замовлень має <v> з <n>?",
        "замовлення|рахунок|заявка",
    ),
    "hi": _lang(
        "प्रिया शर्मा|राहुल वर्मा",
        "ईमेल|email",
        "फ़ोन|मोबाइल|मोबाइल नंबर|Mob|Ph",
        "कार्ड नंबर|card no",
        "ग्राहक <p> ने <n> के बारे में फ़ोन किया, <w>: <v>, कृपया वापस कॉल करें।|"
        "<w> <v> तालिका <n> में क्यों नहीं है?|"
        "Customer <p> ka <w> <v> hai, <n> check karo.",
        "<v> की सभी पंक्तियाँ हटाएँ।|<n> से <v> ने कितने ऑर्डर दिए?",
        "ऑर्डर|चालान|टिकट",
    ),
    "ja": _lang(
        "田中太郎|佐藤花子",
        "メール|メールアドレス",
        "電話|電話番号|携帯|TEL|Tel",
        "カード番号|クレジットカード",
        "<p>様より<n>の件で連絡。<w>: <v> 折り返しお願いします。|"
        "<n>に<w> <v>がないのはなぜですか?|<w>は<v>です。",
        "<v>の行をすべて削除してください。|<n>以降、<v>の注文は何件ですか?",
        "注文番号|請求書|チケット",
    ),
    "ko": _lang(
        "김민준|이서연",
        "이메일|메일",
        "전화|전화번호|휴대폰|연락처|Tel",
        "카드번호|신용카드",
        "고객 <p>님이 <n> 관련 문의, <w>: <v>, 회신 바랍니다.|<n>에 <w> <v>가 왜 없나요?|<w>는 <v>입니다.",
        "<v>의 모든 행을 삭제해 주세요.|<n> 이후 <v>의 주문은 몇 건인가요?",
        "주문번호|송장|티켓",
    ),
    "zh": _lang(
        "张伟|王芳|陳小明",
        "邮箱|电子邮件|電郵",
        "电话|手机|手机号|電話|Tel",
        "卡号|银行卡号|信用卡",
        "客户<p>来电咨询<n>\uff0c<w>\uff1a<v>\uff0c请回电。|为什么<n>里没有<w> <v>?|我的<w>是<v>\uff0c谢谢。",
        "删除<v>的所有行。|自<n>以来<v>下了多少订单?",
        "订单号|发票|工单",
    ),
    "id": _lang(
        "Budi Santoso|Siti Rahayu",
        "email|surel",
        "telp|HP|no. HP|telepon|WA",
        "kartu|nomor kartu",
        "Pelanggan <p> menelepon soal <n>, <w>: <v>, mohon dihubungi.|Kenapa <w> <v> tidak ada di <n>?",
        "Hapus semua baris untuk <v>.|Berapa pesanan <v> sejak <n>?",
        "pesanan|faktur|tiket",
    ),
    "th": _lang(
        "สมชาย ใจดี|สุดา แก้ว",
        "อีเมล|email",
        "โทร|โทรศัพท์|มือถือ|เบอร์โทร|Tel",
        "บัตรเครดิต|เลขบัตร",
        "ลูกค้า <p> โทรเรื่อง <n> <w>: <v> กรุณาโทรกลับ|ทำไม <w> <v> ไม่อยู่ใน <n>?",
        "ลบทุกแถวของ <v> ออก|<v> สั่งซื้อกี่ครั้งตั้งแต่ <n>?",
        "คำสั่งซื้อ|ใบแจ้งหนี้|ตั๋ว",
    ),
    "vi": _lang(
        "Nguyễn Văn An|Trần Thị Hoa",
        "email|thư điện tử",
        "ĐT|điện thoại|SĐT|di động",
        "số thẻ|thẻ tín dụng",
        "Khách <p> gọi về <n>, <w>: <v>, vui lòng gọi lại.|Vì sao <w> <v> không có trong <n>?",
        "Xóa mọi dòng của <v>.|<v> có bao nhiêu đơn từ <n>?",
        "đơn hàng|hóa đơn|phiếu",
    ),
    "ar": _lang(
        "فاطمة حداد|محمد علي",
        "البريد|البريد الإلكتروني|email",
        "هاتف|جوال|رقم الجوال|Tel|موبايل",
        "رقم البطاقة|بطاقة",
        "اتصل العميل <p> بخصوص <n>، <w>: <v>، يرجى معاودة الاتصال.|لماذا لا يظهر <w> <v> في <n>؟",
        "احذف كل الصفوف الخاصة بـ <v> .|كم عدد طلبات <v> منذ <n>؟",
        "طلب|فاتورة|تذكرة",
    ),
    "he": _lang(
        "דנה כהן|יוסי לוי",
        "דוא״ל|אימייל|מייל",
        "טל'|טלפון|נייד",
        "כרטיס|מספר כרטיס",
        "הלקוח <p> התקשר לגבי <n>, <w>: <v>, נא לחזור אליו.|למה <w> <v> חסר ב <n>?",
        "מחק את כל השורות של <v> .|כמה הזמנות יש ל <v> מאז <n>?",
        "הזמנה|חשבונית|פנייה",
    ),
}

# Words of the kinds whose names are the same everywhere.
WORDS: dict[str, tuple[str, ...]] = {
    "IBAN": ("IBAN", "IBAN", "Iban", "IBAN-Nr."),
    "IP_ADDRESS": ("IP", "client IP", "remote_addr", "source address"),
    "MAC_ADDRESS": ("MAC", "MAC address", "hwaddr", "MAC-Adresse"),
    "WALLET": ("wallet", "BTC/ETH address", "payout address"),
    "LOGIN": ("DSN", "connection string", "URL", "git remote"),
}

# Column names by kind, in several languages.
KEYS: dict[str, tuple[str, ...]] = {
    "EMAIL": (
        "email",
        "customer_email",
        "E-Mail-Adresse",
        "correo",
        "e_mail",
        "contact",
        "mail_adresse",
        "user",
    ),
    "PHONE": (
        "phone",
        "phone_number",
        "telefon",
        "tel",
        "mobile",
        "handy",
        "telefono",
        "telephone",
        "mobile_no",
    ),
    "CARD": ("card_number", "credit_card", "cc_number", "kreditkarte", "card_no", "numero_tarjeta"),
    "IBAN": ("iban", "bank_account", "IBAN", "konto_iban", "kontonummer"),
    "SSN": ("ssn", "social_security_number"),
    "NATIONAL_ID": ("national_id",),
    "IP_ADDRESS": ("ip", "client_ip", "ip_address", "remote_addr", "src_ip"),
    "MAC_ADDRESS": ("mac", "mac_address", "device_mac"),
    "WALLET": ("wallet", "btc_address", "wallet_address"),
    "LOGIN": ("dsn", "connection", "jdbc_url", "repo_url"),
}
