// Our row in the table of sync engines: copy or link this folder as peers/ours of the comparison, with
// SATCHEL_BUILD naming the build directory.
const build = process.env.SATCHEL_BUILD;
if (!build) throw new Error('SATCHEL_BUILD must name the build directory');
export default {
  label: 'Satchel',
  server: [`${build}/tests/bench/peer/peer-server`],
  client: [`${build}/tests/bench/peer/peer-client`],
  mode: 'pull',
  persistent: true,
  estS: 20,
  wire: 'rows as JSON arrays, zstd',
};
