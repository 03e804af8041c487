/** What a request costs by itself: nothing is read, and nothing returned. */
const worker = {
  fetch(): Response {
    return new Response(null);
  },
};

// biome-ignore lint/style/noDefaultExport: the platform looks for it here.
export default worker;
