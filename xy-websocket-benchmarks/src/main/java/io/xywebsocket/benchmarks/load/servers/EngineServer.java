package io.xywebsocket.benchmarks.load.servers;

import io.xywebsocket.XyBroadcaster;
import io.xywebsocket.XyPeer;
import io.xywebsocket.XyPeers;
import java.util.concurrent.atomic.LongAdder;

/** Ours, whatever carries its bytes. */
abstract class EngineServer implements LoadServer {

    private final XyBroadcaster broadcaster;
    private final XyPeers peers;
    private final EngineFunctions functions;
    private final LongAdder failures = new LongAdder();
    private volatile boolean calling;

    EngineServer(XyBroadcaster broadcaster, XyPeers peers, EngineFunctions functions) {
        this.broadcaster = broadcaster;
        this.peers = peers;
        this.functions = functions;
    }

    @Override
    public void broadcast(int id, int noteLength) {
        broadcaster.broadcast("changed", Item.of(id, noteLength));
    }

    @Override
    public void startCalling(int depth, int noteLength) {
        calling = true;
        for (XyPeer peer : peers) {
            for (int i = 0; i < depth; i++) {
                callOnAndOn(peer, Item.of(10 + i, noteLength));
            }
        }
    }

    private void callOnAndOn(XyPeer peer, Item item) {
        peer.call("echo", item, Item.class).whenComplete((answer, error) -> {
            if (error != null || answer.id() != item.id()) {
                failures.increment();
            }
            if (calling) {
                callOnAndOn(peer, item);
            }
        });
    }

    @Override
    public long stopCalling() {
        calling = false;
        return failures.sum();
    }

    /** Those that a broadcast reaches. */
    @Override
    public int peers() {
        return broadcaster.here().members().size();
    }

    @Override
    public long events() {
        return functions.events();
    }
}
