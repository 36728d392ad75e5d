package io.xywebsocket.benchmarks.load.servers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** Starts Netty on a port of 127.0.0.1, all alike. */
final class NettyServers {

    private NettyServers() {}

    /** Returns the listening channel, whose end ends its acceptor too. */
    static Channel listen(EventLoopGroup loops, Consumer<? super Channel> initializing) throws InterruptedException {
        EventLoopGroup acceptor = new NioEventLoopGroup(1);
        Channel server = new ServerBootstrap()
                .group(acceptor, loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initializing.accept(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        server.closeFuture().addListener(closed -> acceptor.shutdownGracefully());
        return server;
    }

    static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}
