import { createContext, useContext } from 'react'
import type { Link } from './stream'

export const LinkContext = createContext<Link>('connecting')

/** Whether the live connection to the service stands. */
export const useLink = (): Link => useContext(LinkContext)
