export interface Piece {
  text: string
  hidden: boolean
}

const PLACEHOLDER = /(<[A-Z][A-Z_]*_\d+>)/

/** A scrubbed text in pieces, the placeholders apart. */
export const pieces = (text: string): Piece[] =>
  text
    .split(PLACEHOLDER)
    .map((piece, place) => ({ text: piece, hidden: place % 2 === 1 }))
    .filter((piece) => piece.text !== '')
