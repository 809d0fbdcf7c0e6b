import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ask, type Question } from '../../api/endpoints'

/** Sends a question and goes to its conversation. */
export function useAsk() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (question: Question) => ask(question),
    onSuccess: async (asked, question) => {
      void client.invalidateQueries({ queryKey: ['sessions'] })
      void client.invalidateQueries({ queryKey: ['runs'] })
      if (question.session_id !== asked.session_id)
        await navigate({ to: '/ask/$sessionId', params: { sessionId: asked.session_id } })
    },
  })
}
