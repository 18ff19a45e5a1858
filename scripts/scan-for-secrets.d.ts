/** What is found in a file, or below a folder, each as the path and what it is. `words` must not be in there either. */
export function scanForSecrets(fileOrFolder: string, words?: readonly string[]): readonly string[];
