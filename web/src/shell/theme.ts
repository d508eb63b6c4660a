import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const lamp: MantineColorsTuple = [
  '#fff8ea',
  '#feeccb',
  '#fbdca0',
  '#f8ca72',
  '#f5b94f',
  '#f3ab3c',
  '#e8960f',
  '#b87405',
  '#8c5803',
  '#6f4a05',
];

const ink: MantineColorsTuple = [
  '#f3f5f8',
  '#e4e8ee',
  '#c9d1dc',
  '#a5b1c1',
  '#7d8b9f',
  '#5c6b80',
  '#3f4d61',
  '#2b3748',
  '#1d2635',
  '#131a25',
];

const dark: MantineColorsTuple = [
  '#e7ecf3',
  '#c3ccd9',
  '#a0adbe',
  '#7d8b9f',
  '#3b485c',
  '#2a3546',
  '#1d2635',
  '#18202c',
  '#131a25',
  '#0b1018',
];

export const theme = createTheme({
  primaryColor: 'lamp',
  primaryShade: 5,
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { lamp, ink, dark, gray: ink },
  black: '#17202d',
  defaultRadius: 'md',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)', fontWeight: '660' },
  cursorType: 'pointer',
});

/** Mantine's own variables take the page's tokens, so that both follow one scheme. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--quiet)',
    '--mantine-color-placeholder': 'var(--quiet)',
    '--mantine-color-anchor': 'var(--link)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--critical)',
  };
  return { variables: {}, light: shared, dark: shared };
};
