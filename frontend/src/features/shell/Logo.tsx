/** A lens over still water. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b6762" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="16" r="9.6" />
        <path d="M7.6 18.4c2.8-2 5.6-2 8.4 0s5.6 2 8.4 0" />
      </g>
      <circle cx="16" cy="11.6" r="1.7" fill="#fff" />
    </svg>
  )
}
