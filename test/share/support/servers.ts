export { startCluster } from "./cluster.ts"
export { startRedis, type RedisOptions, type RedisServer } from "./redis.ts"
export { startSentinelSetup } from "./sentinels.ts"
export type { Server } from "./server.ts"
