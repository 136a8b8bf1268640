/** A Lua script and the command that it is run as; all keys that it touches are in one slot of a cluster. */
export interface RedisScript {
  name: string;
  lua: string;
}
