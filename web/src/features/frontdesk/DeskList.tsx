import { VisitRow } from '@/ui/visit/VisitRow';
import type { DeskView } from './view';
import classes from './Desk.module.css';

/** The day as a list by time, for a phone. */
export function DeskList({ visits, onOpen }: DeskView) {
  return (
    <ul className={classes.list}>
      {visits.map((visit) => (
        <li key={visit.id}>
          <VisitRow visit={visit} withProvider onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}
