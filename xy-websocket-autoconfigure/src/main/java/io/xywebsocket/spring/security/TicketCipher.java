package io.xywebsocket.spring.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the login of a ticket for the node that the ticket was shown to, with a key that only the ticket's holder and
 * its issuer can derive: AES-256 in Galois/Counter Mode (NIST SP 800-38D).
 */
final class TicketCipher {

    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final SecureRandom RANDOM = new SecureRandom();

    private TicketCipher() {}

    /** Returns what names a ticket to its issuer without giving it away. */
    static String handle(String ticket) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest("handle of " + ticket));
    }

    static byte[] key(String ticket) {
        return digest("key of " + ticket);
    }

    static String hash(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest(text));
    }

    static String seal(byte[] key, String text) {
        byte[] iv = new byte[IV_BYTES];
        RANDOM.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, iv).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(iv, IV_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, IV_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what was sealed; null if it was not, or with another key. */
    static @Nullable String open(byte[] key, String sealed) {
        try {
            byte[] all = Base64.getDecoder().decode(sealed);
            if (all.length < IV_BYTES) {
                return null;
            }
            byte[] text = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(all, IV_BYTES))
                    .doFinal(all, IV_BYTES, all.length - IV_BYTES);
            return new String(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return null;
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, iv));
        return cipher;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) { // every Java platform has it
            throw new IllegalStateException(e);
        }
    }
}
