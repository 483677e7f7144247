package io.gpuinfer.tasks;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** Why a text cannot be read as JSON, for whoever wrote it. */
public final class JsonMistake {

  /** What the parser says of itself rather than of the text. */
  private static final Pattern OF_THE_PARSER =
      Pattern.compile(" \\(start marker at \\[[^]]*]\\)|, from `[^`]*`");

  private JsonMistake() {}

  /** Line and column, and what is wrong there. */
  public static String of(JsonProcessingException failure) {
    JsonLocation place = failure.getLocation();
    String reason = OF_THE_PARSER.matcher(failure.getOriginalMessage()).replaceAll("");
    return place == null
        ? reason
        : "line %d, column %d: %s".formatted(place.getLineNr(), place.getColumnNr(), reason);
  }
}
