/** A Lua script and the name of its command; all keys that it uses are in one slot of a cluster. */
export interface RedisScript {
  name: string;
  lua: string;
}
