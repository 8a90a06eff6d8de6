/** The mark: an open ring, the visit's clock, with a tick leaving it. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg
      style={{ width: `${size / 16}rem`, height: `${size / 16}rem` }}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="32" height="32" rx="9" fill="var(--mantine-primary-color-filled)" />
      <g fill="none" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M24.2 12.4a9 9 0 1 0 .6 5.2" stroke="#fff" />
        <path d="M11.6 16.2l3.4 3.5 8.6-9.4" stroke="#a9d8d1" />
      </g>
    </svg>
  );
}
