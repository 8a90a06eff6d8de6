import { Text } from '@mantine/core';
import type { ConsentWording } from '@/api/consents';
import { useLocale } from '@/ui/useLocale';
import classes from './Consent.module.css';

/** The title of a wording in the person's language. */
export function useWordingTitle(): (wording: ConsentWording) => string {
  const words = useWords();
  return (wording) => words(wording).title;
}

/** The whole text of a wording, paragraph by paragraph. Long ones scroll in a box of their own. */
export function WordingText({ wording }: { wording: ConsentWording }) {
  const { title, text } = useWords()(wording);
  return (
    // Scrolled by keyboard too, so it has to take the focus.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={classes.text} role="region" aria-label={title} tabIndex={0}>
      {text.split(/\n\s*\n/u).map((paragraph, index) => (
        <Text key={index} component="p">
          {paragraph}
        </Text>
      ))}
    </div>
  );
}

function useWords() {
  const { language } = useLocale();
  return (wording: ConsentWording) => {
    const words = wording.words[language] ?? wording.words['en'];
    return words ?? { title: wording.kind, text: '' };
  };
}
