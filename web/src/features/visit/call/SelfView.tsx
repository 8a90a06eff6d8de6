import { ActionIcon } from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize, IconRotateClockwise } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Call.module.css';
import type { CallView } from './engine/call';
import { Picture } from './Picture';
import { initials } from './Tile';

const CORNERS = ['bottom-right', 'bottom-left', 'top-left', 'top-right'] as const;

/** What the others see of oneself, as in a mirror; it can go to any corner, or be folded away. */
export function SelfView({ view, name }: { view: CallView; name: string }) {
  const { t } = useTranslation('call');
  const [folded, setFolded] = useState(false);
  const [corner, setCorner] = useState(0);
  const { camera } = view.tracks;
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera]);
  return (
    <aside
      className={classes.self}
      data-corner={CORNERS[corner]}
      data-folded={folded || undefined}
      aria-label={t('self.title')}
    >
      {!folded &&
        (stream ? (
          <Picture stream={stream} label={t('self.title')} className={classes.mirrored} />
        ) : (
          <span className={classes.initials} aria-hidden>
            {initials(name)}
          </span>
        ))}
      <div className={classes.selfActs}>
        {!folded && (
          <ActionIcon
            variant="filled"
            color="dark"
            aria-label={t('self.move')}
            onClick={() => setCorner((corner + 1) % CORNERS.length)}
          >
            <IconRotateClockwise size={16} aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon
          variant="filled"
          color="dark"
          aria-label={t(folded ? 'self.show' : 'self.hide')}
          onClick={() => setFolded(!folded)}
        >
          {folded ? <IconArrowsMaximize size={16} aria-hidden /> : <IconArrowsMinimize size={16} aria-hidden />}
        </ActionIcon>
      </div>
    </aside>
  );
}
