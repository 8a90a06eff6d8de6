import { Badge, Button, Card, Group, Stack, Switch, Table, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Admin.module.css';

export interface Column<T> {
  key: string;
  head: string;
  cell: (thing: T) => ReactNode;
}

interface ResourcesProps<T> {
  /** What the table is, for a screen reader. */
  name: string;
  things: T[];
  /** The first column is the thing's name. */
  columns: Column<T>[];
  nameOf: (thing: T) => string;
  /** The way to change a thing: a button or a link; left out where one may not. */
  edit?: ((thing: T) => ReactNode) | undefined;
  /** Switches a thing off or on; left out where one may not, or where things have no such switch. */
  onActive?: (thing: T, active: boolean) => void;
}

interface Thing {
  id: string;
  active?: boolean;
}

/** The things a clinic has: a table on a wide window, cards on a phone. What is switched off is shown when asked for. */
export function Resources<T extends Thing>({ things, ...props }: ResourcesProps<T>) {
  const { t } = useTranslation('admin');
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [all, setAll] = useState(false);
  const off = things.filter(({ active }) => active === false).length;
  const shown = all ? things : things.filter(({ active }) => active !== false);
  const View = phone ? Cards : Rows;
  return (
    <Stack gap="sm">
      {off > 0 && (
        <Switch
          size="md"
          label={t('showOff', { count: off })}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      <View things={shown} {...props} />
    </Stack>
  );
}

function Rows<T extends Thing>({ name, things, columns, nameOf, edit, onActive }: ResourcesProps<T>) {
  const { t } = useTranslation('admin');
  const acting = edit !== undefined || onActive !== undefined;
  return (
    <Card padding={0} className={classes.tableCard}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover aria-label={name}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, head }) => (
              <Table.Th key={key}>{head}</Table.Th>
            ))}
            {acting && (
              <Table.Th>
                <VisuallyHidden>{t('actions')}</VisuallyHidden>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {things.map((thing) => (
            <Table.Tr key={thing.id} data-off={thing.active === false || undefined}>
              {columns.map(({ key, cell }, index) => (
                <Table.Td key={key} className={index === 0 ? classes.first : undefined}>
                  {cell(thing)}
                  {index === 0 && <Off thing={thing} />}
                </Table.Td>
              ))}
              {acting && (
                <Table.Td>
                  <Actions thing={thing} nameOf={nameOf} edit={edit} onActive={onActive} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Cards<T extends Thing>({ name, things, columns, nameOf, edit, onActive }: ResourcesProps<T>) {
  return (
    <ul className={classes.cards} aria-label={name}>
      {things.map((thing) => (
        <li key={thing.id}>
          <Card padding="md" data-off={thing.active === false || undefined}>
            <div className={classes.cardName}>
              {columns[0]?.cell(thing)}
              <Off thing={thing} />
            </div>
            <dl className={classes.cardFacts}>
              {columns.slice(1).map(({ key, head, cell }) => {
                const words = cell(thing);
                return words ? [<dt key={`${key}-term`}>{head}</dt>, <dd key={key}>{words}</dd>] : null;
              })}
            </dl>
            <Actions thing={thing} nameOf={nameOf} edit={edit} onActive={onActive} />
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Off({ thing }: { thing: Thing }) {
  const { t } = useTranslation('admin');
  if (thing.active !== false) return null;
  return (
    <Badge ml="xs" variant="light" color="gray">
      {t('off')}
    </Badge>
  );
}

type ActionsProps<T> = Pick<ResourcesProps<T>, 'nameOf'> & {
  thing: T;
  edit: ResourcesProps<T>['edit'] | undefined;
  onActive: ResourcesProps<T>['onActive'] | undefined;
};

function Actions<T extends Thing>({ thing, nameOf, edit, onActive }: ActionsProps<T>) {
  const { t } = useTranslation('admin');
  const active = thing.active !== false;
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {edit?.(thing)}
      {onActive && (
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          aria-label={t(active ? 'switchOffNamed' : 'switchOnNamed', { name: nameOf(thing) })}
          onClick={() => onActive(thing, !active)}
        >
          {t(active ? 'switchOff' : 'switchOn')}
        </Button>
      )}
    </Group>
  );
}

/** The usual way to change a thing. */
export function EditButton({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation('admin');
  return (
    <Button
      size="sm"
      variant="default"
      leftSection={<IconPencil size={16} aria-hidden="true" />}
      aria-label={t('editNamed', { name })}
      onClick={onClick}
    >
      {t('edit')}
    </Button>
  );
}
