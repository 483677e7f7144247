package io.gpuinfer.routes.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The models that callers may name, each with the endpoint that answers for it. A caller's name is
 * looked up here and never becomes a part of anything else.
 */
final class OfferedModels {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private final Map<String, String> endpoints = new LinkedHashMap<>();

  /**
   * @param list names between commas, each with an equals sign and the URI of an endpoint, or alone
   *     for {@code direct:} and the name
   * @throws IllegalArgumentException when it is no such list
   */
  OfferedModels(String list) {
    for (String entry : list.strip().split("\\s*,\\s*")) {
      if (entry.isEmpty()) {
        continue;
      }
      int equals = entry.indexOf('=');
      String name = equals < 0 ? entry : entry.substring(0, equals).strip();
      String uri = equals < 0 ? "direct:" + entry : entry.substring(equals + 1).strip();
      if (!NAME.matcher(name).matches() || uri.isEmpty() || endpoints.put(name, uri) != null) {
        throw new IllegalArgumentException(
            "Models are given as name=endpoint between commas, each name once, of letters, digits,"
                + " dots, dashes and underscores; this is not: "
                + entry);
      }
    }
  }

  Set<String> names() {
    return endpoints.keySet();
  }

  /**
   * The endpoint of a model.
   *
   * @throws HttpRefusal when there is no model of that name
   */
  String endpoint(String name) {
    String endpoint = endpoints.get(name);
    if (endpoint == null) {
      // Not all that was sent: an answer is no place for it.
      String shown = NAME.matcher(name).matches() && name.length() <= 100 ? name : "of that name";
      throw new HttpRefusal(
          404, "There is no model %s; there are %s".formatted(shown, endpoints.keySet()));
    }
    return endpoint;
  }
}
