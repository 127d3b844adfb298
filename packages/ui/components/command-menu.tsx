import { createSpotlight, Spotlight } from '@mantine/spotlight'
import type { ReactNode } from 'react'
import { Icon, type IconName } from '../icons/icon.tsx'

export type Command = {
  id: string
  group: string
  icon: IconName
  title: string
  detail?: string
  /** Keys that do the same, shown at the right. */
  keys?: string
  run(): void
}

const [store, menu] = createSpotlight()
/** Opens and closes the command menu from anywhere. */
export const commandMenu = { open: menu.open, close: menu.close }

/**
 * The command menu: everything one can go to or do, by typing. Filtering is the caller's business, because most of it is asked
 * of the server. ⌘K or Ctrl-K opens it.
 */
export function CommandMenu({
  commands,
  query,
  onQuery,
  placeholder,
  nothing,
}: {
  commands: readonly Command[]
  query: string
  onQuery(query: string): void
  placeholder: string
  nothing: ReactNode
}): ReactNode {
  const groups = [...new Set(commands.map((command) => command.group))]
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={onQuery}
      shortcut={['mod + K']}
      clearQueryOnClose
      scrollable
      maxHeight={440}
      size={620}
      transitionProps={{ duration: 80 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search placeholder={placeholder} aria-label={placeholder} leftSection={<Icon name="search" />} />
      <Spotlight.ActionsList>
        {commands.length === 0 && <Spotlight.Empty>{nothing}</Spotlight.Empty>}
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <Spotlight.Action key={command.id} onClick={command.run} label={command.title}>
                  <span className="h-command">
                    <Icon name={command.icon} />
                    <span>{command.title}</span>
                    {command.detail && <small>{command.detail}</small>}
                    {command.keys && <kbd className="h-kbd">{command.keys}</kbd>}
                  </span>
                </Spotlight.Action>
              ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
