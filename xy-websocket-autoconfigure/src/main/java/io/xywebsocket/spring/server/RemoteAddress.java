package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Whom the limits on addresses take for one: an IPv4 address, or the /64 of an IPv6 address, which is one customer's. */
final class RemoteAddress {

    private static final Pattern IPV6 = Pattern.compile("\\[?([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(%[^\\]]*)?]?(:\\d+)?");

    private static final int SUBNET_BYTES = 8;

    private RemoteAddress() {}

    /** The address that the container sees, which is the client's if proxies are known to it. */
    static String of(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        return address == null ? "" : group(address);
    }

    static String group(String address) {
        var literal = IPV6.matcher(address);
        if (!literal.matches()) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(literal.group(1)); // no name, so nobody is asked
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, SUBNET_BYTES) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
