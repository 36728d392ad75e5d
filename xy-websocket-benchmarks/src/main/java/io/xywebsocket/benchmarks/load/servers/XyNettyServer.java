package io.xywebsocket.benchmarks.load.servers;

import io.netty.channel.Channel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.spring.json.Jackson3Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** Ours without a servlet container and without Spring: what the engine itself costs, beside bare Netty. */
final class XyNettyServer extends EngineServer implements AutoCloseable {

    private final XyEndpoint endpoint;
    private final NioEventLoopGroup loops;
    private final Channel server;

    private XyNettyServer(XyEndpoint endpoint, EngineFunctions functions) throws InterruptedException {
        super(endpoint.broadcaster(), endpoint.peers(), functions);
        this.endpoint = endpoint;
        this.loops = new NioEventLoopGroup();
        this.server = NettyServers.listen(
                loops,
                NettyUpgrade.of(endpoint, (transport, handshake) -> endpoint.open(transport, handshake, Map.of())));
    }

    static XyNettyServer start() throws InterruptedException {
        EngineFunctions functions = new EngineFunctions();
        XyEndpoint endpoint = XyEndpoint.builder()
                .json(Jackson3Json.of(JsonMapper.builder().build()))
                .build();
        endpoint.handlers().register("echo", Item.class, functions::echo);
        endpoint.handlers().register("order", Order.class, functions::order);
        endpoint.handlers().register("block", Item.class, functions::block);
        endpoint.handlers().on("note", Item.class, functions::note);
        return new XyNettyServer(endpoint, functions);
    }

    @Override
    public int port() {
        return NettyServers.port(server);
    }

    /** Closes every connection with 1001 and ends all threads. */
    @Override
    public void close() {
        server.close();
        endpoint.shutdown(Duration.ZERO).join();
        endpoint.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
}
