package io.xywebsocket.benchmarks.load.servers;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.GlobalEventExecutor;

/** What the JVM can do: bytes in, the same bytes out, one flush for each read. */
final class NettyServer implements LoadServer {

    private final Channel server;
    private final ChannelGroup clients;

    private NettyServer(Channel server, ChannelGroup clients) {
        this.server = server;
        this.clients = clients;
    }

    static NettyServer start() throws InterruptedException {
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Channel server = NettyServers.listen(new NioEventLoopGroup(), channel -> {
            clients.add(channel);
            channel.pipeline()
                    .addLast(
                            new FlushConsolidationHandler(256, true),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(65536),
                            new WebSocketServerProtocolHandler("/ws"),
                            new Echo());
        });
        return new NettyServer(server, clients);
    }

    @Override
    public int port() {
        return NettyServers.port(server);
    }

    @Override
    public int peers() {
        return clients.size();
    }

    @Override
    public void broadcast(int id, int noteLength) {
        clients.writeAndFlush(new TextWebSocketFrame("{\"e\":\"e.changed\",\"p\":{\"id\":" + id + ",\"note\":\""
                + "n".repeat(noteLength) + "\",\"price\":12.5,\"sku\":\"A-1\"}}"));
    }

    private static final class Echo extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            context.writeAndFlush(frame.retain());
        }
    }
}
