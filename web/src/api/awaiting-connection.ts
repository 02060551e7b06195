/** Code of a page that without a connection is awaited: the router would load the whole document anew, and show the browser's own error instead of what is there. */
export function awaitingConnection<Module>(load: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    try {
      return await load();
    } catch (error) {
      if (navigator.onLine) throw error;
      await new Promise((resolve) => addEventListener('online', resolve, { once: true }));
      return load();
    }
  };
}
