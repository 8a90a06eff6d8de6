import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { forwardRef, type AnchorHTMLAttributes } from 'react';

type ButtonAnchorProps = Omit<ButtonProps, 'href'> & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>;
type PlainAnchorProps = Omit<AnchorProps, 'href'> & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>;

const ButtonAnchor = forwardRef<HTMLAnchorElement, ButtonAnchorProps>(function ButtonAnchor(props, ref) {
  return <Button ref={ref} component="a" {...props} />;
});

const PlainAnchor = forwardRef<HTMLAnchorElement, PlainAnchorProps>(function PlainAnchor(props, ref) {
  return <Anchor ref={ref} {...props} />;
});

/** A link to another screen that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor);

/** A link to another screen inside text. */
export const TextLink = createLink(PlainAnchor);
