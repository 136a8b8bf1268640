import { parsePathTemplate, type PublishedRoute } from '#libs/contract';
import type { RequestFacts } from './request-facts.js';
import { chosenRoute, type RouteChoice } from './route-choice.js';

/** A node of the tree: the continuations of templates after a segment. */
interface Branch {
  literals: Map<string, Branch> | null;
  parameter: Branch | null;
  /** The routes whose template ends at this node. */
  choice: RouteChoice | null;
}

/**
 * The template routes of one host, as a tree of segments. From the left, a look-up prefers a literal segment
 * to a parameter, and tries the parameter if the literal leads to no route. It visits each node at most once,
 * so the configuration bounds the work for any path.
 */
export class TemplateRoutes {
  readonly #root = newBranch();
  #size = 0;

  /** Number of different templates. */
  get size(): number {
    return this.#size;
  }

  /** The routes whose template matches the same paths. */
  get(template: string): RouteChoice | undefined {
    let branch: Branch | null = this.#root;
    for (const segment of segmentsOf(template)) branch = branch && childOf(branch, segment);
    return branch?.choice ?? undefined;
  }

  set(template: string, choice: RouteChoice): void {
    let branch = this.#root;
    for (const segment of segmentsOf(template)) branch = addChild(branch, segment);
    if (branch.choice === null) this.#size += 1;
    branch.choice = choice;
  }

  delete(template: string): void {
    if (prune(this.#root, segmentsOf(template), 0)) this.#size -= 1;
  }

  match(path: string, facts: RequestFacts): PublishedRoute | null {
    return find(this.#root, { path, facts }, 0);
  }
}

/** Null stands for a parameter. */
type Segment = string | null;

// The API and the gateway accept only routes with a valid template.
function segmentsOf(path: string): Segment[] {
  const template = parsePathTemplate(path);
  if (!template.ok) throw new Error(template.reason);
  return template.segments.map((segment) => ('literal' in segment ? segment.literal : null));
}

function newBranch(): Branch {
  return { literals: null, parameter: null, choice: null };
}

function childOf({ literals, parameter }: Branch, segment: Segment): Branch | null {
  return segment === null ? parameter : (literals?.get(segment) ?? null);
}

function addChild(branch: Branch, segment: Segment): Branch {
  const existing = childOf(branch, segment);
  if (existing !== null) return existing;
  const created = newBranch();
  if (segment === null) branch.parameter = created;
  else (branch.literals ??= new Map<string, Branch>()).set(segment, created);
  return created;
}

/** `start` is the index of the slash before the next segment, or the end of the path. */
function find(
  { literals, parameter, choice }: Branch,
  request: { path: string; facts: RequestFacts },
  start: number,
): PublishedRoute | null {
  const { path, facts } = request;
  if (start === path.length) return choice && chosenRoute(choice, facts);
  if (literals === null && parameter === null) return null;
  const slash = path.indexOf('/', start + 1);
  const end = slash === -1 ? path.length : slash;
  const literal = literals?.get(path.slice(start + 1, end));
  const found = literal === undefined ? null : find(literal, request, end);
  if (found !== null || parameter === null || end === start + 1) return found;
  return find(parameter, request, end);
}

/** Removes the routes at the segments from `index` on, and branches without routes. */
function prune(branch: Branch, segments: readonly Segment[], index: number): boolean {
  const segment = segments[index];
  if (segment === undefined) {
    const isThere = branch.choice !== null;
    branch.choice = null;
    return isThere;
  }
  const child = childOf(branch, segment);
  if (child === null) return false;
  const isRemoved = prune(child, segments, index + 1);
  if (child.choice === null && child.literals === null && child.parameter === null)
    removeChild(branch, segment);
  return isRemoved;
}

function removeChild(branch: Branch, segment: Segment): void {
  if (segment === null) {
    branch.parameter = null;
    return;
  }
  branch.literals?.delete(segment);
  if (branch.literals?.size === 0) branch.literals = null;
}
