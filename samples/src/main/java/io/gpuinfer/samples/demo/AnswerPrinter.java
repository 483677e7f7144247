package io.gpuinfer.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints answers in a few lines each. */
final class AnswerPrinter {

  private static final int LONGEST_NAME = 70;
  private static final int LONGEST_RESULT = 400;

  private final PrintStream out;
  private int mostLines = Integer.MAX_VALUE;

  AnswerPrinter(PrintStream out) {
    this.out = out;
  }

  void heading(String text) {
    out.printf("%n== %s%n", text);
  }

  /** Prints of each answer's lines only the first from now on. */
  void shorten(int lines) {
    mostLines = lines;
  }

  void say(String format, Object... values) {
    out.printf(Locale.ROOT, format + "%n", values);
  }

  void devices(JsonNode devices) {
    for (JsonNode device : devices.get("devices")) {
      say(
          "  %-11s %s (%s)",
          device.get("kind").asText(),
          device.get("name").asText(),
          cut(device.get("driver").asText()));
    }
    for (JsonNode serving : devices.get("serving")) {
      say("  %-30s on %s", serving.get("endpoint").asText(), cut(serving.get("device").asText()));
    }
  }

  private static String cut(String text) {
    return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME - 1) + "…" : text;
  }

  void answer(DemoInput input, JsonNode answer) {
    say("%n%-6s%s", input.type(), input.name());
    for (String line : lines(input.type(), answer.get("result"))) {
      say("      %s", line);
    }
    say(
        "      %s%s · model version %s · queue %.1f ms · compute %.1f ms · %s",
        answer.get("degraded").asBoolean() ? "DEGRADED, on " : "on ",
        answer.get("device").asText(),
        answer.get("modelVersion").asText(),
        answer.get("queueMillis").asDouble(),
        answer.get("computeMillis").asDouble(),
        answer.get("state").asText());
  }

  void task(String name, String what) {
    say("%n%-15s%s", name, what);
  }

  /** The answer of a task, whatever it is, in one line. */
  void taskAnswer(JsonNode answer) {
    String result = answer.get("result").toString();
    say(
        "      %s",
        result.length() > LONGEST_RESULT ? result.substring(0, LONGEST_RESULT) + "…" : result);
    say(
        "      on %s · compute %.1f ms",
        answer.get("device").asText(), answer.get("computeMillis").asDouble());
  }

  private List<String> lines(String type, JsonNode result) {
    return switch (type) {
      case "text" -> List.of(nearest(result));
      case "image" -> shortened(read(result));
      default -> {
        List<String> frames = new ArrayList<>();
        for (JsonNode frame : result.get("frames")) {
          double seconds = frame.get("millis").asDouble() / 1000;
          frames.add(
              String.format(Locale.ROOT, "%5.2f s  %s", seconds, String.join(" | ", read(frame))));
        }
        yield shortened(frames);
      }
    };
  }

  private static String nearest(JsonNode result) {
    return String.format(
        Locale.ROOT,
        "nearest: \"%s\" (%.3f)%s",
        result.get("nearest").asText(),
        result.get("score").asDouble(),
        result.get("truncated").asBoolean() ? ", text was cut to the model's length" : "");
  }

  private static List<String> read(JsonNode page) {
    List<String> lines = new ArrayList<>();
    for (JsonNode line : page.get("lines")) {
      lines.add(
          String.format(
              Locale.ROOT, "%s (%.2f)", line.get("text").asText(), line.get("score").asDouble()));
    }
    return lines;
  }

  private List<String> shortened(List<String> lines) {
    if (lines.size() <= mostLines) {
      return lines;
    }
    List<String> shown = new ArrayList<>(lines.subList(0, mostLines));
    shown.add("… and " + (lines.size() - mostLines) + " more");
    return shown;
  }
}
