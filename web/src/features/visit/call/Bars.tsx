import { useTranslation } from 'react-i18next';
import type { Quality } from './engine/quality';
import classes from './Call.module.css';

/** How good a connection is: three bars, and the same in a word. */
export function Bars({ quality }: { quality: Quality }) {
  const { t } = useTranslation('call');
  return (
    <span className={classes.bars} role="img" aria-label={t(`quality.${quality}`)} title={t(`quality.${quality}`)}>
      {[1, 2, 3].map((bar) => (
        <span key={bar} data-on={bar <= quality || undefined} />
      ))}
    </span>
  );
}
