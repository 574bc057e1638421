onmessage = async (e) => {
  try { await fetch(e.data); } catch { /* nobody is there */ }
  postMessage('done');
};
