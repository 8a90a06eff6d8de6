import { initials, pick } from '@/lib/names';
import classes from './Portrait.module.css';

const TONES = 6;

/** A person's photo, or their initials on a colour of their own. Decoration: the name always stands beside it. */
export function Portrait({ name, photo, size = 56 }: { name: string; photo?: string | null; size?: number }) {
  const tone = classes[`tone${pick(name, TONES)}`] ?? '';
  const box = { width: `${size / 16}rem`, height: `${size / 16}rem`, fontSize: `${(size * 0.36) / 16}rem` };
  // The letters are drawn by the style sheet: to a screen reader they are not text.
  return (
    <div
      className={`${classes.portrait ?? ''} ${tone}`}
      style={box}
      data-initials={photo ? undefined : initials(name)}
      aria-hidden="true"
    >
      {photo && <img src={photo} alt="" loading="lazy" />}
    </div>
  );
}
