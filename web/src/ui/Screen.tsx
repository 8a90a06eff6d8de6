import { Box, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTitle } from '@/ui/useTitle';
import classes from './Screen.module.css';

interface ScreenProps {
  /** The heading, and the name of the browser tab. */
  title: string;
  intro?: ReactNode;
  /** Buttons that belong to the whole screen; beside the heading on a wide window. */
  actions?: ReactNode;
  width?: 'narrow' | 'normal' | 'wide';
  children: ReactNode;
}

/** The frame of every screen: width, heading (which takes the focus after a change of page), tab title. */
export function Screen({ title, intro, actions, width = 'normal', children }: ScreenProps) {
  useTitle(title);
  return (
    <div className={classes.screen} data-width={width}>
      <Box className={width === 'normal' ? undefined : classes[width]} mx="auto">
        <div className={classes.head}>
          <div>
            <Title order={1} tabIndex={-1} data-screen-heading>
              {title}
            </Title>
            {intro && (
              <Text c="dimmed" mt={6} maw="46rem">
                {intro}
              </Text>
            )}
          </div>
          {actions}
        </div>
        {children}
      </Box>
    </div>
  );
}
