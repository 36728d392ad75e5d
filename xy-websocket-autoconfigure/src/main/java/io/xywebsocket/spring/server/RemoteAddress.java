package io.xywebsocket.spring.server;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Whom the limits on addresses take for one: an IPv4 address, or the /64 of an IPv6 address, which is one customer's. */
final class RemoteAddress {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    /** Some proxies send the port too. */
    private static final Pattern IPV4 =
            Pattern.compile("\\[?(" + OCTET + "(?:\\." + OCTET + "){3})(?::\\d{1,5})?]?(?::\\d{1,5})?");

    /** What begins with a hexadecimal digit or a colon and has a colon is never taken for a host's name. */
    private static final Pattern IPV6 =
            Pattern.compile("\\[?((?=[0-9a-fA-F]*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44})(?:%[^]]{1,64})?]?(?::\\d{1,5})?");

    /** Whoever sends no address: all together are one, so that they can't be many. */
    private static final String NO_ADDRESS = "?";

    private static final int SUBNET_BYTES = 8;

    private RemoteAddress() {}

    /** The address that the container sees, which is the client's if proxies are known to it. */
    static String of(HttpServletRequest request) {
        String address = request.getRemoteAddr();
        return address == null ? NO_ADDRESS : group(address);
    }

    static String group(String address) {
        var v4 = IPV4.matcher(address);
        if (v4.matches()) {
            return v4.group(1);
        }
        var v6 = IPV6.matcher(address);
        if (!v6.matches()) {
            return NO_ADDRESS;
        }
        try {
            InetAddress parsed = InetAddress.getByName(v6.group(1)); // no name, so nobody is asked
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, SUBNET_BYTES) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return NO_ADDRESS;
        }
    }
}
