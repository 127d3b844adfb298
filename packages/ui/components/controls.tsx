import {
  ActionIcon,
  type ActionIconProps,
  Checkbox,
  Drawer,
  FileButton,
  Button as MantineButton,
  type ButtonProps as MantineButtonProps,
  Menu,
  Modal,
  MultiSelect,
  NumberInput,
  PasswordInput,
  PinInput,
  Popover,
  SegmentedControl,
  Select,
  Skeleton,
  Switch,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Icon, type IconName } from '../icons/icon.tsx'

export { useDebouncedValue, useHotkeys, useLocalStorage, useMediaQuery } from '@mantine/hooks'
/** Controls of the component library under Hilo's names; screens import them from here only. */
export {
  Checkbox,
  Drawer,
  FileButton,
  Menu,
  Modal,
  MultiSelect,
  NumberInput,
  PasswordInput,
  PinInput,
  Popover,
  SegmentedControl,
  Select,
  Skeleton,
  Switch,
  Tabs,
  Textarea,
  TextInput,
  Tooltip,
  VisuallyHidden,
}

type ButtonProps = Omit<MantineButtonProps, 'variant' | 'color'> &
  ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'plain' | 'quiet' | 'danger'; icon?: IconName }

/** A button with a verb on it. One `primary` a pane. */
export function Button({ kind = 'plain', icon, ...props }: ButtonProps): ReactNode {
  const looks = {
    primary: { variant: 'filled' },
    plain: { variant: 'default' },
    quiet: { variant: 'subtle' },
    danger: { variant: 'outline', color: 'red' },
  }[kind]
  return (
    <MantineButton size="sm" type="button" {...looks} leftSection={icon && <Icon name={icon} size={16} />} {...props} />
  )
}

/** A button that shows only an icon; the label is read aloud and shown on hover, unless `hint` is false (keys under a thumb). */
export function IconButton({
  icon,
  label,
  hint = true,
  ...props
}: Omit<ActionIconProps, 'aria-label'> &
  ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string; hint?: boolean }): ReactNode {
  return (
    <Tooltip label={label} disabled={!hint}>
      <ActionIcon variant="subtle" color="gray" size="lg" type="button" aria-label={label} {...props}>
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  )
}

/** A short notice at the foot of the screen; `undo` offers to take the act back for ten seconds. */
export function notify(
  text: string,
  options: { tone?: 'kept' | 'broken' | 'info'; undo?: { label: string; run(): void } } = {},
): void {
  const id = `n-${crypto.randomUUID()}`
  const { undo, tone = 'info' } = options
  notifications.show({
    id,
    withBorder: true,
    closeButtonProps: { 'aria-label': document.documentElement.lang === 'en' ? 'Close' : 'Cerrar' },
    autoClose: undo ? 10_000 : 4_000,
    color: tone === 'broken' ? 'red' : tone === 'kept' ? 'green' : 'anil',
    message: (
      <span style={{ display: 'flex', gap: 12, alignItems: 'center', justifyContent: 'space-between' }}>
        {text}
        {undo && (
          <MantineButton
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              undo.run()
              notifications.hide(id)
            }}
          >
            {undo.label}
          </MantineButton>
        )}
      </span>
    ),
  })
}

/** Light, dark, or what the system says. */
export function useTheme(): { scheme: 'light' | 'dark' | 'auto'; setScheme(scheme: 'light' | 'dark' | 'auto'): void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return { scheme: colorScheme, setScheme: setColorScheme }
}
