import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectionFilters } from './connections-search.js';
import { GroupName, type GroupProps } from './group-name.js';

interface Props extends GroupProps {
  /** The other filters of the connections. */
  filters?: ConnectionFilters;
}

/** The name of a group, which leads to its connections; there is no filter for those without a key. */
export function GroupLink({ by, group, filters }: Props): ReactNode {
  const name = <GroupName by={by} group={group} />;
  if (group === null) return name;
  return (
    <Link to="/connections" search={{ ...filters, [by]: group }}>
      {name}
    </Link>
  );
}
