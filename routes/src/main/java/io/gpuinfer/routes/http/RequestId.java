package io.gpuinfer.routes.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** The id that a caller gives a request, to find it again in logs. */
public final class RequestId {

  /** The header that has it, in requests and in answers. */
  public static final String HEADER = "X-Request-Id";

  /** What a caller may choose: nothing that could break a line of a log, or fill it. */
  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /**
   * An id that may stand in a log.
   *
   * @param sent what the caller sent; null for nothing
   * @return empty unless it is of at most 64 letters, digits, dots, dashes and underscores
   */
  public static Optional<String> accepted(String sent) {
    return Optional.ofNullable(sent).filter(id -> ACCEPTED.matcher(id).matches());
  }
}
