package io.gpuinfer.benchmarks.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.gpuinfer.benchmarks.Spread;
import io.gpuinfer.load.StateTimeline;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * The results as a page of charts. The page holds all that it needs, the chart library included, so
 * that it opens anywhere without a network.
 */
final class ReportPage {

  private static final String ECHARTS = "META-INF/resources/webjars/echarts/%s/dist/echarts.min.js";

  /** Of the same jar; tells the version that is part of the name above. */
  private static final String ECHARTS_POM = "META-INF/maven/org.webjars.npm/echarts/pom.properties";

  /** Points of a curve for each halving of the distance to 100 percent. */
  private static final int CURVE_TICKS = 10;

  private final LabResults results;
  private final LabOptions options;

  ReportPage(LabResults results, LabOptions options) {
    this.results = results;
    this.options = options;
  }

  /** Writes the page, and the folder where it is missing. */
  void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, html());
  }

  String html() throws IOException {
    return resource("report.html")
        .replace("/* data */", data())
        .replace("/* charts */", script(resource("report.js")))
        .replace("/* echarts */", script(library()));
  }

  /** A script must not contain the sign of its end. */
  private static String script(String code) {
    return code.replace("</script", "<\\/script");
  }

  private String data() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .build()
            .createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("peak", results.peak().goodput());
      json.writeNumberField("deadline", options.deadline().toMillis());
      strings(json, "conditions", results.conditions());
      tables(json);
      levels(json);
      contest(json);
      json.writeEndObject();
    }
    return text.toString();
  }

  private void tables(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("tables");
    for (Table table : Tables.of(results)) {
      json.writeStartObject();
      json.writeStringField("title", table.title());
      strings(json, "header", table.header());
      json.writeArrayFieldStart("rows");
      for (List<String> row : table.rows()) {
        strings(json, row);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void levels(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("levels");
    for (Level level : results.levels()) {
      json.writeStartObject();
      json.writeStringField("name", level.name());
      json.writeNumberField("offered", level.offered());
      json.writeNumberField("goodput", level.measured().goodput());
      curve(json, level.measured().answered().histogram());
      states(json, level.measured().timeline());
      sankey(json, "requests", Sankey.ofRequests(level.measured().totals()));
      sankey(json, "time", Sankey.ofTime(level.measured().servedBy()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Points of how many in whole, and within how many milliseconds all but one of so many were
   * answered: of 100, all but one are 99 percent.
   */
  private static void curve(JsonGenerator json, Histogram micros) throws IOException {
    json.writeArrayFieldStart("curve");
    for (HistogramIterationValue point : micros.percentiles(CURVE_TICKS)) {
      double above = 1 - point.getPercentile() / 100;
      if (above * micros.getTotalCount() < 1) {
        break;
      }
      numbers(json, 1 / above, point.getValueIteratedTo() / 1e3);
    }
    json.writeEndArray();
  }

  private static void states(JsonGenerator json, List<StateTimeline.Segment> segments)
      throws IOException {
    json.writeArrayFieldStart("states");
    for (StateTimeline.Segment segment : segments) {
      json.writeStartObject();
      json.writeStringField("state", segment.state().name());
      json.writeNumberField("from", segment.fromNanos() / 1e9);
      json.writeNumberField("to", segment.toNanos() / 1e9);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void sankey(JsonGenerator json, String name, Sankey sankey) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("unit", sankey.unit());
    json.writeArrayFieldStart("flows");
    for (Sankey.Flow flow : sankey.flows()) {
      json.writeStartObject();
      json.writeStringField("source", flow.from());
      json.writeStringField("target", flow.to());
      json.writeNumberField("value", flow.amount());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void contest(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("contest");
    for (int i = 0; i < results.contest().contestants().size(); i++) {
      Spread goodput = results.contest().goodput(i);
      Spread p99 = results.contest().latency(i, 99);
      json.writeStartObject();
      json.writeStringField("name", results.contest().contestants().get(i).name());
      json.writeFieldName("goodput");
      numbers(json, goodput.low(), goodput.median(), goodput.high());
      json.writeFieldName("p99");
      numbers(json, p99.low(), p99.median(), p99.high());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeFieldName(name);
    strings(json, values);
  }

  private static void strings(JsonGenerator json, List<String> values) throws IOException {
    json.writeArray(values.toArray(String[]::new), 0, values.size());
  }

  private static void numbers(JsonGenerator json, double... values) throws IOException {
    json.writeArray(values, 0, values.length);
  }

  private static String library() throws IOException {
    Properties pom = new Properties();
    pom.load(new StringReader(onClassPath(ECHARTS_POM)));
    return onClassPath(ECHARTS.formatted(pom.getProperty("version")));
  }

  private static String onClassPath(String name) throws IOException {
    return read(ReportPage.class.getClassLoader().getResourceAsStream(name), name);
  }

  private static String resource(String name) throws IOException {
    return read(ReportPage.class.getResourceAsStream(name), name);
  }

  private static String read(InputStream stream, String name) throws IOException {
    if (stream == null) {
      throw new FileNotFoundException(name + " is not on the class path");
    }
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
