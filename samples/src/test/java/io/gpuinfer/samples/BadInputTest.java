package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.InvoicePage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

class BadInputTest extends ApplicationTest {

  @AfterEach
  void nextRequestIsAnsweredAsIfNothingHadBeen() {
    assertThat(answerToText().get("degraded").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                                         | No content",
        "`{\"requestId\": 1, `                                      | Unexpected end",
        "`no JSON`                                                  | Unrecognized token",
        "`[]`                                                       | Not a request in JSON",
        "`null`                                                     | Unknown requestType",
        "`{\"requestType\": \"text\", \"payload\": \"a\"}`          | 'requestId'",
        "`{\"requestId\": null, \"requestType\": \"text\"}`         | null",
        "`{\"requestId\": 1, \"payload\": \"a\"}`                   | 'requestType'",
        "`{\"requestId\": 1, \"requestType\": \"poem\"}`            | 'poem'",
        "`{\"requestId\": 1, \"requestType\": \"text\"}`            | 'payload'",
        "`{\"requestId\": 1, \"requestType\": \"text\", \"payload\": \"  \"}`    | blank",
        "`{\"requestId\": 1, \"requestType\": \"text\", \"payload\": {}}`        | 'payload'",
        "`{\"requestId\": 1, \"requestType\": \"text\", \"payloud\": \"a\"}`     | payloud",
        "`{\"requestId\": 1, \"requestType\": \"image\"}`           | 'payload'",
        "`{\"requestId\": 1, \"requestType\": \"image\", \"payload\": \"?\"}`    | Base64",
        "`{\"requestId\": 1, \"requestType\": \"video\", \"payload\": \"?\"}`    | Base64",
        "`{\"requestId\": 1, \"requestType\": \"video\", \"payload\": \"AAAA\", \"fps\": 0}` | a"
            + " second",
        "`{\"requestId\": 1, \"requestType\": \"video\", \"payload\": \"AAAA\", \"fps\": 1000}` |"
            + " a second",
      })
  void refusesWhatIsNoRequest(String body, String reason) {
    assertRefused(post(body), reason);
  }

  @Test
  void refusesAPictureThatIsNone() {
    assertRefused(post(request("image"), noise()), "picture");
  }

  @Test
  void refusesATruncatedPicture() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(InvoicePage.render(), "png", png);
    byte[] half =
        ByteBuffer.allocate(png.size() / 2).put(png.toByteArray(), 0, png.size() / 2).array();

    assertRefused(post(request("image"), half), "damaged");
  }

  @Test
  void refusesAPictureOverThePixelLimitByItsHeader() {
    assertRefused(post(request("image"), headerOfPng(100_000, 90_000)), "100000");
  }

  @Test
  void refusesAClipThatIsNone() {
    assertRefused(post(request("video"), noise()), "clip");
  }

  @Test
  void refusesAClipWithoutVideo(@TempDir Path folder) throws Exception {
    assertRefused(post(request("video"), sound(folder.resolve("sound.mp4"))), "video");
  }

  @Test
  void refusesJsonOverTheLimit() {
    String body = request("text").put("payload", "a".repeat(9_000_000)).toString();

    assertFailed(post(body), 413, "PayloadTooLarge", "multipart");
  }

  @Test
  void refusesAFileOverTheLimit() {
    assertFailed(post(request("image"), new byte[34_000_000]), 413, "PayloadTooLarge", "");
  }

  @Test
  void refusesABodyThatIsNeitherJsonNorMultipart() {
    HttpHeaders headers = new HttpHeaders();
    headers.setContentType(MediaType.TEXT_PLAIN);
    ResponseEntity<JsonNode> response =
        http.postForEntity("/requests", new HttpEntity<>("hello", headers), JsonNode.class);

    assertFailed(response, 415, "UnsupportedMediaType", "text/plain");
  }

  @Test
  void refusesWhatIsNotThere() {
    assertFailed(http.getForEntity("/nothing", JsonNode.class), 404, "NotFound", "");
    assertFailed(http.getForEntity("/requests", JsonNode.class), 405, "MethodNotAllowed", "GET");
  }

  private static void assertRefused(ResponseEntity<JsonNode> response, String reason) {
    assertFailed(response, 400, "InvalidInput", reason);
  }

  private static void assertFailed(
      ResponseEntity<JsonNode> response, int status, String type, String reason) {
    JsonNode error = response.getBody();
    assertThat(response.getStatusCode().value()).as(() -> "" + error).isEqualTo(status);
    assertThat(error.get("status").asInt()).isEqualTo(status);
    assertThat(error.get("type").asText()).isEqualTo(type);
    assertThat(error.get("message").asText()).contains(reason).doesNotContain("\tat ");
    assertThat(error.fieldNames()).toIterable().containsExactly("type", "message", "status");
  }

  private static byte[] noise() {
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    return noise;
  }

  /** A PNG file that ends after the header which says how large the picture would be. */
  private static byte[] headerOfPng(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    header.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 sum = new CRC32();
    sum.update(header.array());
    ByteBuffer file = ByteBuffer.allocate(33);
    file.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    return file.putInt(13).put(header.array()).putInt((int) sum.getValue()).array();
  }

  private static byte[] sound(Path file) throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 1)) {
      recorder.setFormat("mp4");
      recorder.setAudioCodec(avcodec.AV_CODEC_ID_AAC);
      recorder.setSampleRate(16_000);
      recorder.start();
      recorder.recordSamples(16_000, 1, ShortBuffer.wrap(new short[16_000]));
      recorder.stop();
    }
    return Files.readAllBytes(file);
  }
}
