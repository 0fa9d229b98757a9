/** The value, or `instead` where the file or directory does not exist. */
export async function orIfMissing<Value, Instead>(promise: Promise<Value>, instead: Instead): Promise<Value | Instead> {
  try {
    return await promise
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return instead
    throw error
  }
}
