module.exports = {
  plugins: {
    'postcss-preset-mantine': {},
    'postcss-simple-vars': {
      variables: {
        'phone': '36em',
        'tablet': '48em',
        'desktop': '62em',
      },
    },
  },
};
