import { TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitle } from '@/ui/useTitle';
import { Filters } from './Filters';
import { Results } from './Results';
import type { FindSearch } from './search';
import classes from './Find.module.css';

const route = getRouteApi('/');
const TYPING_PAUSE_MS = 300;

/** The front page: find a provider. Works for everyone, signed in or not. */
export function FindScreen() {
  const { t } = useTranslation('directory');
  useTitle(undefined);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: FindSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <>
      <div className={classes.hero}>
        <div className={classes.heroInner}>
          <Title order={1} className={classes.title} tabIndex={-1} data-screen-heading>
            {t('find.title')}
          </Title>
          <p style={{ margin: '0.5rem 0 0', maxWidth: '40rem' }}>{t('find.intro')}</p>
          <SearchBox search={search} onChange={change} />
        </div>
      </div>
      <div className={classes.body}>
        <div className={classes.filters}>
          <Filters search={search} onChange={change} />
        </div>
        <Results search={search} />
      </div>
    </>
  );
}

function SearchBox({ search, onChange }: { search: FindSearch; onChange: (next: FindSearch) => void }) {
  const { t } = useTranslation('directory');
  const q = search.q ?? '';
  const [typed, setTyped] = useState(q);
  const [shown, setShown] = useState(q);
  const [sent, setSent] = useState<string[]>([]);
  if (q !== shown) {
    // Words of ours arrive in the address while others are being typed; words that came otherwise are taken over.
    setShown(q);
    setSent(sent.slice(sent.indexOf(q) + 1));
    if (!sent.includes(q)) setTyped(q);
  }
  const apply = (words: string) => {
    const { q: _before, ...rest } = search;
    const wanted = words.trim();
    if (wanted !== q) setSent((before) => [...before, wanted]);
    onChange(wanted ? { ...rest, q: wanted } : rest);
  };
  const router = useRouter();
  const applySoon = useDebouncedCallback((words: string) => {
    // Whoever types and at once follows a link has left, though this screen stays until the next one has loaded.
    if (router.latestLocation.pathname === '/') apply(words);
  }, TYPING_PAUSE_MS);
  return (
    <form
      role="search"
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault();
        apply(typed);
      }}
    >
      <TextInput
        type="search"
        size="lg"
        radius="lg"
        aria-label={t('find.search')}
        placeholder={t('find.searchHint')}
        leftSection={<IconSearch size={22} stroke={1.8} aria-hidden="true" />}
        value={typed}
        maxLength={100}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          applySoon(event.currentTarget.value);
        }}
      />
    </form>
  );
}
