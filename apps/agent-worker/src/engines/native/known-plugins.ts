/** Plugins of ElizaOS whose work this engine does itself, so that a character naming them loses nothing. */
const KNOWN = new Set([
  ...['bootstrap', 'sql'],
  ...['openai', 'anthropic', 'ollama', 'openrouter', 'google-genai', 'groq', 'local-ai', 'local-embedding', 'xai'],
]);

/** The plugins of a character this engine knows nothing about. */
export function unknownPlugins(plugins: unknown): string[] {
  if (!Array.isArray(plugins)) return [];
  return plugins
    .map((plugin: unknown) => (typeof plugin === 'string' ? plugin.trim() : 'a plugin without a name'))
    .filter((plugin) => !KNOWN.has(plugin.toLowerCase().replace(/^(@elizaos\/)?(plugin-)?/, '')));
}
