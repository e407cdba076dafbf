// Runs beside the page, before DuckDB: hands it its engine unpacked, whatever the host makes of the ending `.gz`.

const take = self.fetch.bind(self);

self.fetch = async (request, options) => {
  const address = String(request instanceof Request ? request.url : request);
  const answer = await take(request, options);
  if (!answer.ok || !address.endsWith(".wasm.gz")) return answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const body = new Blob([bytes]).stream();
  const unpacked = isPacked ? body.pipeThrough(new DecompressionStream("gzip")) : body;
  return new Response(unpacked, { headers: { "Content-Type": "application/wasm" } });
};
