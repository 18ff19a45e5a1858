/** Every package of the repository, the root first: its folder, relative to the root, and its package.json. */
export function workspaces(root: string): { folder: string; manifest: { name: string; private?: boolean } }[];
