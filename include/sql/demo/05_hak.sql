-- What the back-up account may do: connect and read everything, nothing else.
GRANT USAGE ON SCHEMA kepegawaian, referensi TO cadangan_backup;

DO $$
DECLARE
    berkas oid;
BEGIN
    FOR berkas IN SELECT isi FROM kepegawaian.lampiran LOOP
        EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO cadangan_backup', berkas);
    END LOOP;
END
$$;
