package ai.pancreas.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.pancreas.ErrorCode;
import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.Stage;
import ai.pancreas.testing.Program;
import ai.pancreas.volume.CtVolume;
import ai.pancreas.volume.FloatSlices;
import ai.pancreas.volume.Grid;
import ai.pancreas.volume.HuSlice;
import ai.pancreas.volume.Mask;
import ai.pancreas.volume.TestGrids;
import ai.pancreas.volume.Vector3;
import ai.pancreas.volume.VolumeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NiftiWriterTest {
  /** float32 numbers in the header, coordinates below 100 mm. */
  private static final double HEADER_MM = 1e-5;

  @TempDir Path folder;

  private static List<Grid> grids() {
    List<Grid> grids = new ArrayList<>();
    for (String code : TestGrids.codes()) {
      grids.add(TestGrids.grid(code, 0, 0, 0));
      grids.add(TestGrids.grid(code, 0.7, -0.5, 0.6));
    }
    grids.add(TestGrids.sheared());
    return grids;
  }

  private static List<NiftiLayout> layouts() {
    return List.of(
        NiftiLayout.SAME,
        new NiftiLayout(true, false),
        new NiftiLayout(false, true),
        new NiftiLayout(true, true));
  }

  @Test
  void whatIsWrittenIsReadBackInEveryOrientationAndLayout() {
    Path ctFile = folder.resolve("ct.nii");
    Path maskFile = folder.resolve("mask.nii.gz");
    for (Grid grid : grids()) {
      CtVolume ct = TestGrids.marked(grid, VolumeSource.Format.NIFTI);
      Mask mask = TestGrids.mask(grid);
      for (NiftiLayout layout : layouts()) {
        NiftiWriter.writeCt(ctFile, ct, layout, "a test");
        NiftiWriter.writeMask(maskFile, mask, layout, "a test");
        CtVolume readCt = NiftiReader.readCt(ctFile, Monitor.NONE);
        assertEquals(List.of(), readCt.source().warnings());
        assertSame(ct.reoriented(layout.reorientation()), readCt);
        Mask readMask = NiftiReader.readMask(maskFile, Monitor.NONE);
        Mask expected = mask.reoriented(layout.reorientation());
        assertTrue(readMask.grid().matches(expected.grid(), HEADER_MM));
        assertSame(expected, readMask);
      }
    }
  }

  @Test
  void theQformAloneSaysTheSameAsTheSform() throws IOException {
    Path file = folder.resolve("mask.nii");
    for (Grid small : grids()) {
      // As large as a CT: the far corner shows every error of the rotation.
      Grid grid =
          new Grid(
              512, 512, 3, small.origin(), small.stepX(), small.stepY(), small.stepZ().times(40));
      byte[] bytes = NiftiHeader.encode(grid, NiftiType.UINT8, "");
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(1, header.getShort(254));
      if (grid.isSheared()) {
        assertEquals(0, header.getShort(252));
        continue;
      }
      assertEquals(1, header.getShort(252));
      header.putShort(254, (short) 0);
      Files.write(file, Arrays.copyOf(bytes, 352 + 512 * 512 * 3));
      // float32 quaternions: 6e-8 in a square, sqrt'ed where the rotation is half a turn
      assertTrue(NiftiReader.readInfo(file).grid().matches(grid, 0.02), grid.toString());
    }
  }

  @Test
  void fractionsAreWrittenAsFloats() {
    Path file = folder.resolve("ct.nii.gz");
    Grid grid = Grid.axial(2, 2, 1, 1, 1, 1);
    CtVolume ct =
        new CtVolume(
            grid,
            List.of(HuSlice.ofShorts(new short[] {-2001, 3, 5, 2001}, 0.5, 0)),
            VolumeSource.SYNTHETIC);
    NiftiWriter.writeCt(file, ct, NiftiLayout.SAME, "");
    assertEquals("float32", NiftiReader.readInfo(file).dataType());
    assertSame(ct, NiftiReader.readCt(file, Monitor.NONE));

    CtVolume large =
        new CtVolume(
            grid,
            List.of(HuSlice.ofFloats(new float[] {-2001, 3, 5, 32768})),
            VolumeSource.SYNTHETIC);
    NiftiWriter.writeCt(file, large, NiftiLayout.SAME, "");
    assertEquals("float32", NiftiReader.readInfo(file).dataType());

    CtVolume whole =
        new CtVolume(
            grid,
            List.of(HuSlice.ofFloats(new float[] {-32768, 3, 5, 32767})),
            VolumeSource.SYNTHETIC);
    NiftiWriter.writeCt(file, whole, NiftiLayout.SAME, "");
    assertEquals("int16", NiftiReader.readInfo(file).dataType());
    assertSame(whole, NiftiReader.readCt(file, Monitor.NONE));
  }

  @Test
  void equalInputsGiveEqualBytes() throws IOException {
    Mask mask = TestGrids.mask(TestGrids.grid("PIR", 0.7, -0.5, 0.6));
    Path a = folder.resolve("a.nii.gz");
    Path b = folder.resolve("b.nii.gz");
    NiftiWriter.writeMask(a, mask, NiftiLayout.SAME, "model");
    NiftiWriter.writeMask(b, mask, NiftiLayout.SAME, "model");
    byte[] bytes = Files.readAllBytes(a);
    assertArrayEquals(bytes, Files.readAllBytes(b));
    assertArrayEquals(new byte[4], Arrays.copyOfRange(bytes, 4, 8)); // RFC 1952: MTIME
  }

  @Test
  void theDescriptionIsCutAndMadeAscii() throws IOException {
    Path file = folder.resolve("a.nii");
    Mask mask = TestGrids.mask(TestGrids.sheared());
    NiftiWriter.writeMask(file, mask, NiftiLayout.SAME, "m\u00f6del " + "x".repeat(100));
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, 148, 80, StandardCharsets.US_ASCII);
    assertEquals("m?del " + "x".repeat(73) + "\0", text);
  }

  @Test
  void onlyNiftiNamesAreAccepted() {
    Mask mask = TestGrids.mask(TestGrids.sheared());
    for (String name : List.of("a.gz", "a.img", "nii", "a.nii.zip")) {
      PancreasException e =
          assertThrows(
              PancreasException.class,
              () -> NiftiWriter.writeMask(folder.resolve(name), mask, NiftiLayout.SAME, ""));
      assertEquals(ErrorCode.USAGE, e.code());
    }
    NiftiWriter.writeMask(folder.resolve("A.NII.GZ"), mask, NiftiLayout.SAME, "");
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path file = folder.resolve("map.nii.gz");
    Files.writeString(file, "before");
    Grid grid = TestGrids.sheared();
    FloatSlices failing =
        new FloatSlices() {
          @Override
          public Grid grid() {
            return grid;
          }

          @Override
          public void readSlice(int z, float[] out) {
            if (z == 2) {
              throw new IllegalStateException("no slice 2");
            }
          }
        };
    assertThrows(
        IllegalStateException.class,
        () -> NiftiWriter.writeFloat(file, failing, NiftiLayout.SAME, ""));
    Monitor cancelling =
        new Monitor() {
          private boolean started;

          @Override
          public void progress(Stage stage, long done, long total) {
            started = true;
          }

          @Override
          public boolean isCancelled() {
            return started;
          }
        };
    assertThrows(
        CancellationException.class,
        () -> NiftiWriter.writeMask(file, TestGrids.mask(grid), NiftiLayout.SAME, "", cancelling));
    assertEquals("before", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void nibabelReadsTheSame() throws IOException {
    Program.assumePython("nibabel");
    Map<String, FloatSlices> written = writeAll();
    // For each file: type, codes, largest difference of the two transforms, sform, then voxels.
    Program.python(
        """
        import sys, glob, numpy as np, nibabel as nib
        for f in glob.glob(sys.argv[1] + '/*.nii*'):
            i = nib.load(f)
            h = i.header
            assert (h['sform_code'], h['qform_code']) == (1, 0 if 'sheared' in f else 1), f
            assert 'sheared' in f or np.abs(h.get_sform() - h.get_qform()).max() < 1e-3, f
            assert h.get_xyzt_units()[0] == 'mm' and h['descrip'] == b'model, engine', f
            assert h.get_data_dtype() == (np.int16 if 'ct' in f else np.float32), f
            assert abs(np.sqrt((i.affine[:3, :3] ** 2).sum(0)) - h.get_zooms()).max() < 1e-6, f
            data = np.r_[i.affine.ravel(), i.get_fdata().ravel(order='F')]
            data.astype('<f8').tofile(f + '.f64')
        """,
        folder);
    for (Map.Entry<String, FloatSlices> entry : written.entrySet()) {
      ByteBuffer numbers =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve(entry.getKey() + ".f64")))
              .order(ByteOrder.LITTLE_ENDIAN);
      Grid grid = entry.getValue().grid();
      assertEquals(8 * (16 + grid.voxelCount()), numbers.capacity());
      for (Vector3 index : List.of(new Vector3(0, 0, 0), new Vector3(4, 3, 2))) {
        Vector3 position = grid.toPatient(index.x(), index.y(), index.z());
        double[] ras = {-position.x(), -position.y(), position.z()};
        for (int i = 0; i < 3; i++) {
          double found =
              numbers.getDouble(32 * i) * index.x()
                  + numbers.getDouble(32 * i + 8) * index.y()
                  + numbers.getDouble(32 * i + 16) * index.z()
                  + numbers.getDouble(32 * i + 24);
          assertEquals(ras[i], found, HEADER_MM, entry.getKey());
        }
      }
      float[] slice = new float[grid.sliceSize()];
      for (int z = 0; z < grid.nz(); z++) {
        entry.getValue().readSlice(z, slice);
        for (int i = 0; i < slice.length; i++) {
          assertEquals(slice[i], numbers.getDouble(128 + 8 * (z * slice.length + i)));
        }
      }
    }
  }

  @Test
  void niftiToolFindsNothingWrong() {
    Program.assumeInstalled("nifti_tool", "-ver");
    List<String> command = new ArrayList<>(List.of("nifti_tool", "-check_hdr", "-infiles"));
    Map<String, FloatSlices> written = writeAll();
    written.keySet().forEach(name -> command.add(folder.resolve(name).toString()));
    String output = Program.run(command.toArray(new String[0]));
    assertEquals(written.size(), output.split("header IS GOOD", -1).length - 1, output);
    String name = written.keySet().iterator().next();
    String fields =
        Program.run(
            "nifti_tool",
            "-disp_hdr",
            "-field",
            "descrip",
            "-field",
            "xyzt_units",
            "-infiles",
            folder.resolve(name).toString());
    assertTrue(fields.contains("model, engine"), fields);
  }

  @Test
  void filesOfNibabelAreRead() throws IOException {
    Program.assumePython("nibabel");
    String names =
        Program.python(
            """
            import sys, numpy as np, nibabel as nib
            values = np.arange(60).reshape(5, 4, 3, order='F')
            affine = np.array([[.7, .1, 0, 5], [-.1, .9, .2, 6], [0, -.2, 2, 7], [0, 0, 0, 1]])
            for order in '<>':
                for t in 'i1 u1 i2 u2 i4 u4 i8 u8 f4 f8'.split():
                    h = nib.Nifti1Header(endianness=order)
                    h.set_data_dtype(np.dtype(t).newbyteorder(order))
                    i = nib.Nifti1Image(values.astype(t), affine, h, dtype=t)
                    i.header.set_slope_inter(20, -1000)
                    name = ('le' if order == '<' else 'be') + t + '.nii'
                    i.header.set_data_shape(values.shape)
                    with open(sys.argv[1] + '/' + name, 'wb') as f:
                        i.header['vox_offset'] = 352
                        i.header['magic'] = b'n+1'
                        i.header.write_to(f)
                        f.write(values.astype(np.dtype(t).newbyteorder(order)).tobytes('F'))
                    back = nib.load(sys.argv[1] + '/' + name).get_fdata()
                    assert np.abs(back - (values * 20 - 1000)).max() == 0, name
                    print(name)
            """,
            folder);
    Grid expected =
        new RasTransform(
                new Vector3(5, 6, 7),
                new Vector3(.7, -.1, 0),
                new Vector3(.1, .9, -.2),
                new Vector3(0, .2, 2))
            .grid(5, 4, 3);
    String[] files = names.strip().split("\\s+");
    assertEquals(20, files.length);
    for (String name : files) {
      CtVolume ct = NiftiReader.readCt(folder.resolve(name), Monitor.NONE);
      assertTrue(ct.grid().matches(expected, HEADER_MM), name);
      for (int i = 0; i < 60; i++) {
        assertEquals(20 * i - 1000, ct.hu(i % 5, i / 5 % 4, i / 20), name);
      }
    }
  }

  /** Writes CTs and maps of many grids; gives what each file must hold, in the file's order. */
  private Map<String, FloatSlices> writeAll() {
    Map<String, FloatSlices> written = new LinkedHashMap<>();
    List<Grid> grids = grids();
    for (int i = 0; i < grids.size(); i++) {
      Grid grid = grids.get(i);
      NiftiLayout layout = layouts().get(i % 4);
      CtVolume ct = TestGrids.marked(grid, VolumeSource.Format.SYNTHETIC);
      String name = (i % 3 == 0 ? "ct" : "map") + i + (grid.isSheared() ? "sheared" : "");
      name += i % 2 == 0 ? ".nii" : ".nii.gz";
      if (i % 3 == 0) {
        NiftiWriter.writeCt(folder.resolve(name), ct, layout, "model, engine");
      } else {
        NiftiWriter.writeFloat(folder.resolve(name), ct, layout, "model, engine");
      }
      written.put(name, ct.reoriented(layout.reorientation()));
    }
    return written;
  }

  private static void assertSame(CtVolume expected, CtVolume found) {
    Grid grid = expected.grid();
    assertTrue(found.grid().matches(grid, HEADER_MM), grid + " " + found.grid());
    float[] a = new float[grid.sliceSize()];
    float[] b = new float[grid.sliceSize()];
    for (int z = 0; z < grid.nz(); z++) {
      expected.readSlice(z, a);
      found.readSlice(z, b);
      assertArrayEquals(a, b);
    }
  }

  private static void assertSame(Mask expected, Mask found) {
    byte[] a = new byte[expected.grid().sliceSize()];
    byte[] b = new byte[a.length];
    for (int z = 0; z < expected.grid().nz(); z++) {
      expected.readSlice(z, a);
      found.readSlice(z, b);
      assertArrayEquals(a, b);
    }
  }
}
