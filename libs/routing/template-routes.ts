import { parsePathTemplate, type PublishedRoute } from '#libs/contract';

/** What follows a segment of some templates. */
interface Branch {
  literals: Map<string, Branch> | null;
  parameter: Branch | null;
  /** The route whose template ends here. */
  route: PublishedRoute | null;
}

/**
 * The template routes of one host, as a tree of segments. A look-up prefers a literal segment to a parameter,
 * from the left, and tries the parameter where the literal leads to no route. It visits no part of the tree
 * twice, so the work is bounded by the configuration, whatever the path.
 */
export class TemplateRoutes {
  readonly #root = newBranch();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The route whose template matches the same paths. */
  get(template: string): PublishedRoute | null {
    let branch: Branch | null = this.#root;
    for (const segment of segmentsOf(template)) branch = branch && childOf(branch, segment);
    return branch?.route ?? null;
  }

  /** Adds a route at its template, which must be free. */
  add(route: PublishedRoute): void {
    let branch = this.#root;
    for (const segment of segmentsOf(route.match.path)) branch = addChild(branch, segment);
    branch.route = route;
    this.#size += 1;
  }

  delete(template: string): void {
    if (prune(this.#root, segmentsOf(template), 0)) this.#size -= 1;
  }

  match(path: string): PublishedRoute | null {
    return find(this.#root, path, 0);
  }
}

/** Null is a parameter. */
type Segment = string | null;

// The API and the gateway accept no other routes.
function segmentsOf(path: string): Segment[] {
  const template = parsePathTemplate(path);
  if (!template.ok) throw new Error(template.reason);
  return template.segments.map((segment) => ('literal' in segment ? segment.literal : null));
}

function newBranch(): Branch {
  return { literals: null, parameter: null, route: null };
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

/** `start` is the place of the slash in front of the next segment, or the end of the path. */
function find({ literals, parameter, route }: Branch, path: string, start: number): PublishedRoute | null {
  if (start === path.length) return route;
  if (literals === null && parameter === null) return null;
  const slash = path.indexOf('/', start + 1);
  const end = slash === -1 ? path.length : slash;
  const literal = literals?.get(path.slice(start + 1, end));
  const found = literal === undefined ? null : find(literal, path, end);
  if (found !== null || parameter === null || end === start + 1) return found;
  return find(parameter, path, end);
}

/** Removes the route at the segments from `index` on, and branches that lead to no route any more. */
function prune(branch: Branch, segments: readonly Segment[], index: number): boolean {
  const segment = segments[index];
  if (segment === undefined) {
    const isThere = branch.route !== null;
    branch.route = null;
    return isThere;
  }
  const child = childOf(branch, segment);
  if (child === null) return false;
  const isRemoved = prune(child, segments, index + 1);
  if (child.route === null && child.literals === null && child.parameter === null)
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
