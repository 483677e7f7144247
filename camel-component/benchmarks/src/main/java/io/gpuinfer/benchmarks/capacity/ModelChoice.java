package io.gpuinfer.benchmarks.capacity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model that a caller names: {@code minilm}, one of an entry's models as in {@code
 * ppocr/recognition}, and how many of its items one request takes as in {@code
 * ppocr/recognition=12}.
 *
 * @param entry of the model repository
 * @param role of the model in it; empty: all of them
 * @param itemsPerRequest items of the model for one request
 */
record ModelChoice(String entry, Optional<String> role, int itemsPerRequest) {

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9._-]+)(?:/([A-Za-z0-9_-]+))?(?:=([1-9]\\d{0,5}))?");

  static ModelChoice parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "A model is a name, with /role or =items at its end, but is " + text);
    }
    int items = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
    return new ModelChoice(form.group(1), Optional.ofNullable(form.group(2)), items);
  }
}
