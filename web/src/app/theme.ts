import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The one accent: a deep lagoon green. Shade 7 carries white text at 6:1, shade 3 reads on the dark ground at 8:1. */
const lagoon: MantineColorsTuple = [
  '#e9f6f4',
  '#d5ece8',
  '#a9d8d1',
  '#7cc4ba',
  '#52aca0',
  '#2c9488',
  '#167f75',
  '#0b6f66',
  '#085a53',
  '#05443f',
];

/** Greys with a breath of the accent in them, so that nothing looks dirty beside it. */
const gray: MantineColorsTuple = [
  '#f6f8f7',
  '#edf1f0',
  '#e0e6e4',
  '#ccd5d3',
  '#a9b5b3',
  '#81908e',
  '#5c6b69',
  '#455352',
  '#2c3938',
  '#182322',
];
const dark: MantineColorsTuple = [
  '#dfe7e6',
  '#bccac8',
  '#96a8a6',
  '#6c807e',
  '#445654',
  '#304140',
  '#1e2b2b',
  '#141e1e',
  '#0e1616',
  '#091010',
];

const FONT = "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif";

export const theme = createTheme({
  colors: { lagoon, gray, dark },
  primaryColor: 'lagoon',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: FONT,
  headings: {
    fontFamily: FONT,
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.875rem', lineHeight: '1.2' },
      h2: { fontSize: '1.375rem', lineHeight: '1.3' },
      h3: { fontSize: '1.125rem', lineHeight: '1.35' },
      h4: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '16px', xl: '24px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    // 44 px is what a thumb needs; Mantine's default control is 36 px.
    // The tinted ground tells the kind; the words keep the contrast of words.
    Alert: {
      styles: { title: { color: 'var(--mantine-color-text)' }, message: { color: 'var(--mantine-color-text)' } },
    },
    // A group's name is a heading among the labels of its fields.
    Fieldset: { styles: { legend: { fontSize: '1.125rem', fontWeight: 640, padding: 0 } } },
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md', comboboxProps: { shadow: 'md' } } },
    MultiSelect: { defaultProps: { size: 'md', comboboxProps: { shadow: 'md' } } },
    NumberInput: { defaultProps: { size: 'md' } },
    TagsInput: { defaultProps: { size: 'md', comboboxProps: { shadow: 'md' } } },
    Drawer: {
      defaultProps: { padding: 'lg', attributes: { header: { role: 'presentation' } } },
      styles: {
        header: { background: 'var(--ov-surface)' },
        content: { background: 'var(--ov-surface)' },
        title: { fontSize: '1.25rem', fontWeight: 640 },
      },
    },
    Modal: {
      defaultProps: {
        radius: 'lg',
        centered: true,
        padding: 'lg',
        // A dialog's header is not a banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
      styles: {
        header: { background: 'var(--ov-surface)' },
        content: { background: 'var(--ov-surface)' },
        title: { fontSize: '1.25rem', fontWeight: 640 },
      },
    },
    Tabs: { styles: { tab: { fontSize: '1rem', fontWeight: 550, paddingBlock: '0.75rem' } } },
    Card: { defaultProps: { radius: 'lg', padding: 'lg', withBorder: true } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', fw: 550 } },
  },
});

/** Names for what the screens are made of; high contrast is laid over them in theme.css. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f8f7',
    '--mantine-color-text': '#182322',
    '--mantine-color-dimmed': '#54625f',
    '--mantine-color-placeholder': '#66736f',
    '--mantine-color-default-border': '#ccd5d3',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-yellow-light': '#fdf0cf',
    '--mantine-color-yellow-light-color': '#5a3c00',
    '--mantine-color-red-light': '#fbe4e1',
    '--mantine-color-red-light-color': '#7d1611',
    '--ov-surface': '#ffffff',
    '--ov-surface-quiet': '#edf1f0',
    '--ov-line': '#dbe3e1',
    '--ov-accent': '#0b6f66',
    '--ov-accent-soft': '#e3f2f0',
    '--ov-accent-strong': '#085a53',
  },
  dark: {
    '--mantine-color-body': '#0e1616',
    '--mantine-color-text': '#e4ebea',
    '--mantine-color-dimmed': '#a1b2b0',
    '--mantine-color-placeholder': '#8a9c99',
    '--mantine-color-default': '#182424',
    '--mantine-color-default-hover': '#203030',
    '--mantine-color-default-border': '#3a4c4a',
    '--mantine-color-anchor': '#7cc4ba',
    '--mantine-color-error': '#ff9e94',
    '--mantine-color-yellow-light': '#382b0d',
    '--mantine-color-yellow-light-color': '#f3d48c',
    '--mantine-color-red-light': '#43201d',
    '--mantine-color-red-light-color': '#ffb9b1',
    '--mantine-primary-color-light-color': '#a9d8d1',
    '--mantine-color-lagoon-light-color': '#a9d8d1',
    '--mantine-color-lagoon-light': '#17342f',
    '--mantine-color-lagoon-light-hover': '#1d423c',
    '--mantine-color-lagoon-outline': '#7cc4ba',
    '--ov-surface': '#151f1f',
    '--ov-surface-quiet': '#1d2a2a',
    '--ov-line': '#293838',
    '--ov-accent': '#7cc4ba',
    '--ov-accent-soft': '#153330',
    '--ov-accent-strong': '#a9d8d1',
  },
});
