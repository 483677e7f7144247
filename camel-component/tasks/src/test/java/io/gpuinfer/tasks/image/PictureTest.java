package io.gpuinfer.tasks.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void shouldKeepTheColoursOfImagesOfEveryType(int type) {
    // Colours of the web-safe palette, which indexed images have too; more rows than one band.
    BufferedImage image = new BufferedImage(3, 150, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(0x3366cc));
    graphics.fillRect(0, 0, 3, 150);
    graphics.setColor(new Color(0xff9900));
    graphics.fillRect(2, 149, 1, 1);
    graphics.dispose();

    Picture picture = Picture.of(image);

    assertThat(picture.width()).isEqualTo(3);
    assertThat(picture.height()).isEqualTo(150);
    assertThat(picture.rgb(0, 0)).isEqualTo(0x3366cc);
    assertThat(picture.rgb(1, 149)).isEqualTo(0x3366cc);
    assertThat(picture.rgb(2, 149)).isEqualTo(0xff9900);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void shouldTakeGrayLevelsAsTheyAreStored(int type) {
    BufferedImage image = new BufferedImage(2, 1, type);
    int scale = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
    image.getRaster().setSample(0, 0, 0, 64 * scale);
    image.getRaster().setSample(1, 0, 0, 200 * scale);

    Picture picture = Picture.of(image);

    assertThat(picture.rgb(0, 0)).isEqualTo(0x404040);
    assertThat(picture.rgb(1, 0)).isEqualTo(0xc8c8c8);
  }

  @Test
  void shouldShowWhiteThroughWhatIsTransparent() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00ff0000);
    image.setRGB(1, 0, 0x80000000);

    Picture picture = Picture.of(image);

    assertThat(picture.rgb(0, 0)).isEqualTo(0xffffff);
    assertThat(picture.rgb(1, 0) & 0xff).isBetween(126, 128);
  }

  @Test
  void shouldHandOutBlueFirst() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0x102030);

    Tensor pixels = Picture.of(image).pixels();

    assertThat(pixels)
        .isEqualTo(Tensor.wrap(DataType.UINT8, new byte[] {0, 0, 0, 0x30, 0x20, 0x10}, 1, 1, 2, 3));
  }

  @Test
  void shouldReadRowsWithPaddingBetweenThem() {
    byte[] rows = {1, 2, 3, 99, 4, 5, 6, 99};

    Picture picture = Picture.ofBgr(1, 2, ByteBuffer.wrap(rows), 4);

    assertThat(picture.rgb(0, 0)).isEqualTo(0x030201);
    assertThat(picture.rgb(0, 1)).isEqualTo(0x060504);
  }

  @Test
  void shouldShrinkByAveraging() {
    BufferedImage image = new BufferedImage(5, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x000010);
    image.setRGB(1, 0, 0x000020);
    image.setRGB(0, 1, 0x000030);
    image.setRGB(1, 1, 0x000040);
    Picture picture = Picture.of(image);

    assertThat(picture.shrunkTo(10)).isSameAs(picture);
    Picture shrunk = picture.shrunkTo(9);
    assertThat(shrunk.width()).isEqualTo(2);
    assertThat(shrunk.height()).isEqualTo(1);
    assertThat(shrunk.rgb(0, 0)).isEqualTo(0x000028);
  }
}
