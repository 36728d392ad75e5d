package io.xywebsocket.server;

import io.xywebsocket.XyEndpoint;
import io.xywebsocket.transport.Transport;
import io.xywebsocket.transport.TransportContract;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the seam on Tomcat with a connector other than the usual one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TomcatTransport implements TransportContract {

    static final String NIO = "org.apache.coyote.http11.Http11NioProtocol";
    static final String NIO2 = "org.apache.coyote.http11.Http11Nio2Protocol";

    private final XyEndpoint endpoint = XyEndpoint.builder().build();
    private final WireServlet servlet = new WireServlet(endpoint);
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector;
    private final boolean secure;
    private @Nullable SelfSignedStore certificate;

    TomcatTransport(String protocol, boolean secure) {
        this.connector = new Connector(protocol);
        this.secure = secure;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
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

    @AfterAll
    void stop() throws Exception { // no type of Tomcat's: the class is looked through where only Jetty is, too
        tomcat.stop();
        tomcat.destroy();
        endpoint.close();
    }

    @Override
    public Wire open(Transport.Receiver receiver) {
        Handshake handshake =
                Handshake.to(connector.getLocalPort()).over(certificate == null ? null : certificate.trusting());
        return servlet.connect(handshake, receiver);
    }
}
