import { Button, Group, Radio, Select, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Hand } from 'lucide-react'
import { useState } from 'react'
import type { Answers, ClarifyCard as Card, ClarifyQuestion, JobView } from '../../api/analysis'
import { clarify } from '../../api/endpoints'
import { jobQuery, statisticsQuery } from '../../api/queries'
import { ErrorState } from '../../components/ErrorState'
import { useNow } from '../../components/useNow'
import { countdown } from '../../format/number'
import { answerWord, defaultAnswers, otherColumns, secondsLeft } from './clarify'
import classes from './ClarifyCard.module.css'

/** What an analysis asks before it goes on; after a while it takes the defaults. */
export function ClarifyCard({ job, card }: { job: JobView; card: Card }) {
  const client = useQueryClient()
  const [answers, setAnswers] = useState<Answers>(() => defaultAnswers(card))
  const columns = useQuery(statisticsQuery(job.dataset_id)).data?.columns.map(({ name }) => name) ?? []
  const send = useMutation({
    mutationFn: (given: Answers) => clarify(job.id, card.id, given),
    onSuccess: (view) => client.setQueryData(jobQuery(job.id).queryKey, view),
    // It may have gone on meanwhile: look at what is now.
    onError: () => client.invalidateQueries({ queryKey: ['job', job.id] }),
  })
  return (
    <section className={classes.card} aria-label="Question about this analysis">
      <div className={classes.head}>
        <Hand size={18} aria-hidden />
        <div className={classes.words}>
          <Title order={2} size="h4">
            {card.questions.length === 1
              ? 'One thing is unclear'
              : `${card.questions.length} things are unclear`}
          </Title>
          <Text size="sm" c="dimmed">
            The analysis waits for you. What is marked as default is taken if nobody answers.
          </Text>
        </div>
        <TimeLeft card={card} />
      </div>
      {card.questions.map((question) => (
        <Question
          key={question.id}
          question={question}
          others={otherColumns(card, question.id, columns)}
          value={answers[question.id] ?? null}
          onChange={(value) => setAnswers((old) => ({ ...old, [question.id]: value }))}
        />
      ))}
      {send.error && <ErrorState error={send.error} title="The answer was not taken" />}
      <Group gap="xs">
        <Button
          leftSection={<Check size={16} aria-hidden />}
          loading={send.isPending && send.variables === answers}
          disabled={send.isPending}
          onClick={() => send.mutate(answers)}
        >
          Go on
        </Button>
        <Button variant="default" disabled={send.isPending} onClick={() => send.mutate(defaultAnswers(card))}>
          {card.questions.length === 1 ? 'Take the default' : 'Take the defaults'}
        </Button>
      </Group>
    </section>
  )
}

function TimeLeft({ card }: { card: Card }) {
  const left = secondsLeft(card, useNow(1000))
  return (
    <span className={classes.left} role="timer">
      {left > 0 ? `${countdown(left)} left` : 'Taking the default…'}
    </span>
  )
}

interface QuestionProps {
  question: ClarifyQuestion
  others: readonly string[]
  value: string | null
  onChange: (value: string | null) => void
}

function Question({ question, others, value, onChange }: QuestionProps) {
  const proposed = question.options.some((option) => option.value === value)
  return (
    <div>
      <Radio.Group
        label={question.question}
        description={question.why}
        value={proposed ? value : null}
        onChange={onChange}
      >
        <div className={classes.options}>
          {question.options.map((option) => (
            <Radio
              key={option.value}
              className={classes.option}
              value={option.value}
              description={option.reason}
              label={
                <>
                  {option.label}
                  {option.value === question.default && <span className={classes.default}>default</span>}
                </>
              }
            />
          ))}
        </div>
      </Radio.Group>
      {others.length > 0 && (
        <Select
          mt={8}
          aria-label={`Another column: ${question.question}`}
          placeholder="Or another column…"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Take one that is proposed' }}
          limit={300}
          data={[...others]}
          value={proposed ? null : value}
          onChange={(other) => onChange(other ?? question.default)}
          nothingFoundMessage="No such column"
        />
      )}
    </div>
  )
}

/** What was asked and what was taken, once that is settled. */
export function Answered({ card }: { card: Card }) {
  if (!card.answered_by) return null
  const who = card.answered_by === 'you' ? 'You answered' : 'Nobody answered; the default was taken'
  return (
    <p className={classes.answered}>
      {who}:{' '}
      {card.questions.map((question) => `${question.question} ${answerWord(card, question.id)}`).join(' · ')}
    </p>
  )
}
