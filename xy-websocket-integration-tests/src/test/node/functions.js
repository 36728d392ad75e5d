/* What both ends of the tests offer each other; the same in Java is in the class Functions. */
export function offer(node) {
  const notes = new Map();
  node.on('note', ({ topic, text }) => notes.set(topic, [...(notes.get(topic) ?? []), text]));
  node.register('notes', (topic) => notes.get(topic) ?? []);

  node.register('echo', (payload) => payload);
  node.register('nothing', () => {});
  node.register('null', () => null);
  node.register('slow', (millis) => new Promise((resolve) => setTimeout(resolve, millis, 'slow')));
  node.register('boom', () => {
    throw new Error('boom');
  });
  node.register('conflict', () => {
    throw { ok: false, status: 409, message: 'conflict', code: 'E42', left: [{ a: null }, 1.5] };
  });

  // These two do to their caller what it asks for.
  node.register('relay', (ask, caller) => caller.call(ask.function, ask.payload));
  node.register('tell', ({ event, payload }, caller) => void caller.send(event, payload));
  node.on('hang.up', (payload, caller) => caller.socket.terminate());

  // What only this one offers: how an answer looked, and what went over the wire.
  node.register('ask', async (ask, caller) => {
    try {
      const value = await caller.call(ask.function, ask.payload);
      return { kind: 'resolve', present: value !== undefined, value };
    } catch (error) {
      return { kind: error instanceof Error ? error.message : 'reject', present: true, value: error };
    }
  });
  node.register('frames', (payload, { sent, received }) => ({ sent, received }));
  // Sends a note and asks for the notes, again and again, and never waits in between.
  node.register('note.and.ask', async ({ topic, times }, caller) => {
    const answers = [];
    for (let i = 0; i < times; i++) {
      caller.send('note', { topic, text: String(i) });
      answers.push(caller.call('notes', topic));
    }
    return (await Promise.all(answers)).map((each) => each.length);
  });
}
