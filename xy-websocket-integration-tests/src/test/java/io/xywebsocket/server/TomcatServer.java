package io.xywebsocket.server;

import io.xywebsocket.XyClock;
import io.xywebsocket.concurrent.SystemClock;
import io.xywebsocket.engine.XyEndpoint;
import io.xywebsocket.transport.Transport;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.net.AbstractEndpoint;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** A Tomcat without Spring, whose only path leads to transports. */
final class TomcatServer {

    static final String NIO = "org.apache.coyote.http11.Http11NioProtocol";
    static final String NIO2 = "org.apache.coyote.http11.Http11Nio2Protocol";

    private final SystemClock clock = new SystemClock();
    private final XyEndpoint endpoint =
            XyEndpoint.builder().clock(new Hastened()).build();
    private final WireServlet servlet = new WireServlet(endpoint);
    private volatile int haste = 1;
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector;
    private final boolean secure;
    private @Nullable SelfSignedStore certificate;

    TomcatServer(String protocol, boolean secure) {
        this.connector = new Connector(protocol);
        this.secure = secure;
    }

    /** Timers run so many times as soon as they should. */
    private final class Hastened implements XyClock {

        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            return clock.schedule(task, delay.dividedBy(haste));
        }
    }

    void hasten(int times) {
        haste = times;
    }

    /** With this in the place of its own threads. */
    TomcatServer on(Executor executor) {
        protocol().setExecutor(executor);
        return this;
    }

    void start(Path folder) throws Exception {
        connector.setPort(0);
        if (secure) {
            certificate = SelfSignedStore.in(folder);
            SSLHostConfig host = new SSLHostConfig();
            SSLHostConfigCertificate own = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
            own.setCertificateKeystoreFile(certificate.file().toString());
            own.setCertificateKeystorePassword(SelfSignedStore.PASSWORD);
            host.addCertificate(own);
            connector.addSslHostConfig(host);
            connector.setProperty("SSLEnabled", "true");
        }
        tomcat.setBaseDir(folder.toString());
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "wire", servlet);
        context.addServletMappingDecoded("/wire", "wire");
        tomcat.start();
    }

    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        endpoint.close();
        clock.close();
    }

    ServerWire connect(Transport.Receiver receiver) {
        return connect(receiver, new byte[0]);
    }

    /** @param following go out together with the request */
    ServerWire connect(Transport.Receiver receiver, byte[] following) {
        Handshake handshake = Handshake.to(connector.getLocalPort())
                .over(certificate == null ? null : certificate.trusting())
                .followedBy(following);
        return servlet.connect(handshake, receiver);
    }

    /** Closes all sockets as Tomcat's poller may do, which tells nobody. */
    void closeSockets() throws ReflectiveOperationException {
        Method endpointOf = AbstractProtocol.class.getDeclaredMethod("getEndpoint");
        endpointOf.setAccessible(true);
        AbstractEndpoint<?, ?> sockets = (AbstractEndpoint<?, ?>) endpointOf.invoke(protocol());
        sockets.getConnections().forEach(SocketWrapperBase::close);
    }

    /** How many sockets Tomcat holds, as it counts them. */
    long connections() {
        return protocol().getConnectionCount();
    }

    private AbstractProtocol<?> protocol() {
        return (AbstractProtocol<?>) connector.getProtocolHandler();
    }
}
